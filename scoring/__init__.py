"""What the signals mean: scores, their uncertainty and their explanation."""

from configs.query_engine import compute_in_memory

compute_in_memory()
