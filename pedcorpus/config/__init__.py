"""The configuration: sections, reading and checking, source kinds, licences."""
