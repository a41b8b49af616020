"""People as judges: labels, disagreements, agreement."""
