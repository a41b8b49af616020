"""Runs the study: `python -m research.comparisons`."""

from research.comparisons.study import main

if __name__ == "__main__":
    main()
