"""Runs the study: `python -m research.deployment`."""

from research.deployment.study import main

if __name__ == "__main__":
    main()
