"""Runs the study: `python -m research.estimates`."""

from research.estimates.study import main

if __name__ == "__main__":
    main()
