"""Runs the study: `python -m research.coverage`."""

from research.coverage.study import main

if __name__ == "__main__":
    main()
