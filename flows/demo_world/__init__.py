"""The seeded synthetic world of the demo: a supplier list and the files its sources read.

Nothing in it is real: companies are named "Demo ...", figures are drawn at random, and every format
that can carry a banner carries one. Only the outlines and centres of countries are real, and
they come from the package `countryinfo`.
"""

from flows.demo_world.demo_files import DEMO_AS_OF, DemoWorld, Planted, write_demo_world

__all__ = ["DEMO_AS_OF", "DemoWorld", "Planted", "write_demo_world"]
