"""Estimation, comparison, acceptance and validation of weights on published runs."""
