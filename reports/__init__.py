"""What people read: the ranked list, its evidence, and the report in a browser."""
