"""The campaign: its configuration, its steps, the loop that runs and resumes them, and what they leave.

`plan` is the recipe; each stage of it is a file in `stages`; `records` is all that reports are made from.
"""
