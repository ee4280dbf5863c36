"""A published run in the forms of other systems."""
