"""The desk: supplier lists, sources, runs and results in a browser, on this machine."""
