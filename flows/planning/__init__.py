"""Before a run: what each source could add to a list, what it costs, and what to do next."""
