"""Runs the study: `python -m research.gate`."""

from research.gate.study import main

if __name__ == "__main__":
    main()
