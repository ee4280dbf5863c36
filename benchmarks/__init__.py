"""Measurements that print their table and end with one line `<id>: <figures>`.

One module per measurement: `ID`, `GOAL`, `KIND` ("bench" for speed, "validate" for how good the
result is) and `run() -> str`, which prints its table and returns the figures.
"""
