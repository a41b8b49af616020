"""What a manager sees: speed, survival, tactics, tools, exports."""
