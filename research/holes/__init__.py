"""Planted holes: which attacks find holes of known rarity, so that finding nothing has a meaning."""
