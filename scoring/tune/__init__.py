"""The tuning tools: outcomes, back-tests, learning, comparison and the gate before publication."""
