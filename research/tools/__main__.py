"""Runs the study: `python -m research.tools`."""

from research.tools.study import main

if __name__ == "__main__":
    main()
