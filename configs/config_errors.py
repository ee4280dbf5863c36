"""Errors a user can mend, each one sentence: what is wrong, where, and the mend."""


class UsageError(Exception):
    """The command or the configuration is wrong. Exit code 2."""

    exit_code = 2


class DataRefusedError(Exception):
    """The data cannot be used as given. Exit code 1."""

    exit_code = 1
