"""Sources of country, sector and area statistics."""
