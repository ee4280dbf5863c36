"""Questionnaires: matched, decided for the suppliers of a run, short forms and pools."""
