"""What the signals mean: scores, how sure they are, and why."""
