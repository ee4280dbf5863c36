"""Signals of a supplier's accounts."""
