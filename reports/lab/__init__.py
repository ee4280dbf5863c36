"""The page on weights, validation and monitoring of a run."""
