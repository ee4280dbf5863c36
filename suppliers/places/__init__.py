"""Countries, locations and outlines of sites, with their precision."""
