"""Who may open the desk, what each may do, and the log of what was done."""
