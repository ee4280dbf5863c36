"""What earlier months hold: the frozen reference, comparison, monitoring, values over time."""
