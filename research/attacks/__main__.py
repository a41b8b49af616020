"""Runs the study: `python -m research.attacks`."""

from research.attacks.study import main

if __name__ == "__main__":
    main()
