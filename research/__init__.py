"""Holdfast's own studies: each question a plan, a run, a table and a page. Not part of the package."""
