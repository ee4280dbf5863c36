"""What the signals mean: scores, their uncertainty and their explanation."""

from configs.kernel_cache import keep_kernels_by_source
from configs.query_engine import compute_in_memory

compute_in_memory()
keep_kernels_by_source()
