"""What each phase learns: `encode` makes units of a table's rows, a loss gives figures per unit.

To change the DFPO loss open `dfpo.py`: `PreferenceLoss.units` is the loss per pair. CPT and SFT (`cpt.py`, `sft.py`)
share `TokenLoss` in `losses.py`, where the contract of all losses stands too.
"""
