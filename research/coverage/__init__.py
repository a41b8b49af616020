"""How often limits hold what they should."""
