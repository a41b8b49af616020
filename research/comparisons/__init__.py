"""Models compared on the same seeds."""
