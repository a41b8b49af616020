"""What is kept: one database for all runs, and a folder of artifacts for each.

`Store` is the whole interface; `RunLock` keeps two processes out of one run.
"""
