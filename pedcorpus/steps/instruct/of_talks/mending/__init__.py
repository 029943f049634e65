"""What is mended in conversations of all kinds before anything of them is left out."""
