"""Signals of what public news says of a supplier, corrected for how much press there is."""
