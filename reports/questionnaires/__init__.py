"""Questionnaires: what becomes of the questions, and the short form that a supplier gets."""
