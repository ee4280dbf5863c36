"""Who the suppliers are: list intake, the non-extractive guard, places and their precision."""

from configs.query_engine import compute_in_memory

compute_in_memory()
