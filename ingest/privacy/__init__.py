"""De-identification: find and replace what tells who a patient, parent or doctor is.

`deidentify` works on one dialogue or record, `deidentify_column` on a column of them, `residual` says what is left.
"""

from ingest.privacy.columns import deidentify_column, residual
from ingest.privacy.kinds import IDENTIFIERS, LABELS, Level, Mode
from ingest.privacy.rewrite import deidentify

__all__ = ["IDENTIFIERS", "LABELS", "Level", "Mode", "deidentify", "deidentify_column", "residual"]
