"""Signals of environmental stress around a site."""
