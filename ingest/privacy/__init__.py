"""De-identification: find and replace what tells who a patient, parent or doctor is.

`deidentify` works on one dialogue or record, `deidentify_column` on a column of them, `residual` says what is left.
"""

from ingest.privacy.classes import IDENTIFIERS, LABELS, Mode, PrivacyLevel
from ingest.privacy.deidentify_column import deidentify_column, residual
from ingest.privacy.deidentify_record import deidentify

__all__ = ["IDENTIFIERS", "LABELS", "Mode", "PrivacyLevel", "deidentify", "deidentify_column", "residual"]
