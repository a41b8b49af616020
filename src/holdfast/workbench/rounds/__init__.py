"""Rounds live: the model learns from what was just found."""
