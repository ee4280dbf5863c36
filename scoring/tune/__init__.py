"""The weight lab: outcomes, back-tests, learning, comparison and the gate before publication."""
