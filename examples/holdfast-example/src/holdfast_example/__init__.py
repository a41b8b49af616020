"""A task, an attack and a judge for Holdfast."""
