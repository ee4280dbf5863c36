"""The tuning tools: outcomes, back-tests, estimation, comparison and acceptance criteria."""
