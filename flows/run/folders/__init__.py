"""Folders of results: published runs, their states, locks, retention and the publish guard."""
