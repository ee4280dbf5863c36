"""What can be seen without asking a worker: sources, and the signals computed from them."""
