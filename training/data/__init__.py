"""From a built dataset to forward passes.

`dataset_tables.py` reads the shards, `chat_format.py` makes token ids and trained spans of conversations,
`token_store.py` keeps them, `packing.py` decides which rows share a pass, `batches.py` makes the tensors of a pass.
"""
