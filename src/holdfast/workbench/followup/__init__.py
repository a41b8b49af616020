"""What comes of submissions afterwards: decisions, disputes, comments, and what is taken back."""
