"""What can be seen without asking a worker: sources, and the signals computed from them."""

from configs.query_engine import compute_in_memory

compute_in_memory()
