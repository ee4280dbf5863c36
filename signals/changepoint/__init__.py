"""Breaks in series: season-trend models, monitoring of their residuals, and runs of counts.

Nothing is imported here, so that listing signals stays quick.
"""
