"""Planted holes: choosing them by rarity, keeping them sealed, and the table of what attacks found of
them.
"""
