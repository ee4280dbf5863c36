"""Sources of public news about suppliers."""
