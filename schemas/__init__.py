"""Records, Arrow tables, shards, manifests and errors: the words the other packages speak.

`schemas` imports nothing of ours; everything else may import `schemas`.
"""

SCHEMA_VERSION = 3
"""Version of all tables below. It is part of every step's fingerprint: raise it when a column changes."""
