"""From normalised risks to scores: coverage, power mean, bounds, priority bands, ranks."""
