"""What a filter would do in deployment."""
