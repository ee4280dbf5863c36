"""Sources of land cover, vegetation, night lights and accessibility."""
