"""The workbench: people find failures in a browser, and the model learns from them the same day."""
