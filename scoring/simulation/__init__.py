"""Monte Carlo uncertainty and sensitivity analysis of the ranking."""
