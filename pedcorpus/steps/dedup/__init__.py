"""Steps dedup and dedup-instructions: remove near-duplicates of records, and of instruction samples."""
