"""The work folder of one request: names of what stages leave, their records, and private files."""
