"""The engine rebuilt as of past months, from what was published by then."""
