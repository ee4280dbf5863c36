"""What the signals mean: scores, their uncertainty and their explanation."""
