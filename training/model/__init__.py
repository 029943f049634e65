"""The model as it is trained: loading and saving (`load_model.py`, `checkpoint.py`), attention over packed rows.

`target_logps.py` computes the log-probabilities every loss starts from, `optimizer.py` is AdamW on float32 masters (on
a GPU by `adamw_kernel.py`), `cost.py` counts operations and memory.
"""
