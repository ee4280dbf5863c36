"""Questionnaires: what is asked, what is known already, and what is left to ask a supplier."""
