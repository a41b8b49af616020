"""What stories are made of: plots that a hidden bit decides, daily life, and words."""
