"""Country and sector context, reported separately from the score."""
