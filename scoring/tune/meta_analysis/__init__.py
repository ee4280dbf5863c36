"""Estimates of several companies combined without sharing a supplier."""
