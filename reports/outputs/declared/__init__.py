"""One module for each file of a run's folder, with its declaration in `OUTPUT`."""
