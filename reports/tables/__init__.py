"""The tables of a run as people read them."""
