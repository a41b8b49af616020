"""Drafts, submissions, and the log of what a writer did."""
