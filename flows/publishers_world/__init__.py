"""Publishers on loopback, for tests: each answers in its own form from small generated bodies."""
