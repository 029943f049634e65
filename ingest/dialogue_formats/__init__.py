"""How consultations are written: formats of tables, transcripts, exports, recordings; who speaks."""
