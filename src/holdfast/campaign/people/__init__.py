"""People as the judge of attacks and rounds: what they are asked and have said, and what waits for them.

Questions and verdicts are rows of the workbench's own tables, in a run that stands for the configuration, so
that the pages on which people review texts show them as any others.
"""
