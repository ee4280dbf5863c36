"""Signals from public news about a supplier, adjusted for expected media coverage."""
