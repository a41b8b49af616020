"""Live traffic: which rows of a log people should label, and what the labels say of the filter's misses.

`log` reads logs, `plan` draws the rows and keeps them, `labels` asks people, `estimate` says what came out.
"""
