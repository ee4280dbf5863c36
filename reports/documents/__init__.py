"""Documents about one supplier, and the signal catalogue."""
