"""`python -m pedcorpus`."""

from pedcorpus.cli import main

if __name__ == "__main__":
    main()
