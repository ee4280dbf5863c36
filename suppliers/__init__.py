"""Who the suppliers are: list intake, the non-extractive guard, places and their precision."""
