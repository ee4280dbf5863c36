"""The stages of a run, its work folder and its publication."""
