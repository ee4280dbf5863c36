"""Signals on what the buyer does to the supplier, from the buyer's own ledger."""
