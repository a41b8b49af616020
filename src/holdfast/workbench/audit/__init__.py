"""Audits: people judge the failures that an attack reported, and say how many of them are any."""
