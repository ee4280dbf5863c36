"""What people decided on suppliers: read, and brought into the tables of a run."""
