"""Scaffolds of a new signal and a new source: module, test, staging table, configuration entry."""
