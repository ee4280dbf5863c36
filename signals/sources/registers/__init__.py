"""Sources that identify companies: registers and directories of sites."""
