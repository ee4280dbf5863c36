"""Decisions based on the ranking: audit samples, overrides, rankings under two laws."""
