"""Sources in a run: pulling and staging within their boundary, and their check."""
