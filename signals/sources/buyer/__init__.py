"""Sources of the buyer's own purchasing practice."""
