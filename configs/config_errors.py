"""Errors a user can correct, each one sentence: what is wrong, where, and the correction."""


class UsageError(Exception):
    """The command or the configuration is wrong. Exit code 2."""

    exit_code = 2


class DataRejectedError(Exception):
    """The data cannot be used as given. Exit code 1."""

    exit_code = 1
