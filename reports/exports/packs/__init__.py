"""Evidence packs: what a run holds about one supplier, arranged by what a law asks."""
