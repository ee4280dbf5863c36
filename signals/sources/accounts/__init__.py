"""Sources of company accounts."""
