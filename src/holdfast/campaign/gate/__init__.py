"""The gate: measures a guard of one's own against limits, and lets its release through, or not."""
