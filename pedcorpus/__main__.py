"""`python -m pedcorpus`."""

from pedcorpus.cli import main

main()
