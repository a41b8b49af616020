"""What the workbench keeps, one file a subject; each takes the store of all runs."""
