"""Rounds that train a generator with no filter behind it: its prompts are attacked, its completions judged.

Steps as in a campaign of a filter (`campaign.stages`), one file each; `plan` puts them in order, `record` is
what they leave behind.
"""
