"""Research questions, each one file: a plan, a run, a figure, a sentence."""
