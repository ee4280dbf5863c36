"""The files of a run: each is declared once, with its columns, its frame and what it is for."""
