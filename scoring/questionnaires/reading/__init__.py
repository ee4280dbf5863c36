"""Reading of questionnaires: their questions alone, never answers."""
