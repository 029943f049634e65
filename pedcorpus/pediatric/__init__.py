"""What is about children: rows, patients, and the scope of the tables."""
