"""Runs the study: `python -m research.transfer`."""

from research.transfer.study import main

if __name__ == "__main__":
    main()
