"""The language of a page, and what its template writes with."""
