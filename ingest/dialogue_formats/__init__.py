"""Formats of dialogues. A new one is a file here and a line in `detect.FORMATS`.

The file has `read_<format>(file, options)`, which yields a `Consultation` (`consultation.py`) for each dialogue and a
`Rejection` for what is none; the line is `"<format>": Format(recognise, read_<format>)`. Roles, turns and ids are the
door's matter (`ingest/dialogue.py`). `remedi_tags.py` is the shortest example.
"""
