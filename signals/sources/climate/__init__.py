"""Sources of rain, weather, water, fire and air quality."""
