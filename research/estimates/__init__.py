"""What estimators of rare failures are worth."""
