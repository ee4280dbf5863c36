"""One module per export, each with its `EXPORT`."""
