"""Country and sector context: shown as prior, kept apart from own evidence."""
