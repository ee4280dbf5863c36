"""Texts, numbers and dates of outputs in other languages."""
