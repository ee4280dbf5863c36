"""Signals of change in the land around a site."""
