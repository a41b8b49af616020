"""Runs the study: `python -m research.holes`."""

from research.holes.command import main

if __name__ == "__main__":
    main()
