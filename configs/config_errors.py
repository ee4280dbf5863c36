"""Errors a user can correct, each one sentence: what is wrong, where, and the correction."""

from collections.abc import Mapping
from typing import Any


class UsageError(Exception):
    """The command or the configuration is wrong. Exit code 2."""

    exit_code = 2


class DataRejectedError(Exception):
    """The data cannot be used as given. Exit code 1."""

    exit_code = 1


class NotLatestError(Exception):
    """A run was written under its id and needs a decision or attention. Exit code 3.

    Attributes:
        record: of the run, as `Published.as_record` gives it.
    """

    exit_code = 3

    def __init__(self, sentence: str, record: Mapping[str, Any]) -> None:
        super().__init__(sentence)
        self.record = dict(record)
