"""Train a causal language model on a built corpus: continuous pre-training, fine-tuning, preferences, experts.

A run goes from `cli.py` over `load_config.py` (the file, checked) and `phases.py` (which phases are left) to
`phase_run.py`, which sets up one phase (`phase_setup.py`), trains it (`loop.py`) and writes its output. What to open
for what:

- a key of the configuration: `config.py`;
- a loss, or what a row of a table becomes: `objectives/` (DFPO: `objectives/dfpo.py`; the keys of its batch are those
  of `Batch` in `data/batches.py`, its settings `Dfpo` in `config.py`);
- chat format, tokens, packing: `data/`;
- loading and saving models, attention, optimizer, memory and operations: `model/`;
- the mixture of experts: `experts/`, as a phase `experts_phase.py`, its export `export_experts.py`;
- answers to a benchmark, the talk in the terminal: `answers/`;
- what is checked before the first step: `packing_proof.py`, `reference_logps.py`;
- the run's manifest, its metrics, where models and data lie: `manifest.py`, `metrics.py`, `locate.py`.
"""
