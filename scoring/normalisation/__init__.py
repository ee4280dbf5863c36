"""From signal values to normalised risks of 0 to 1: shrinkage, peer groups, references."""
