"""The monthly run under Prefect."""
