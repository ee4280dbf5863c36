"""Rejections of input: one sentence each, with what is wrong and how to correct it."""

from configs.config_errors import DataRejectedError

__all__ = ["DataRejectedError", "NonExtractiveError"]


class NonExtractiveError(DataRejectedError):
    """Input that seems to hold person-level or worker-collected data.

    The message names the column and the rule and never holds a value.

    Attributes:
        column: the column's name as written in the file, or its position when the name itself
            looks like a value.
        rule: the name of the rule that recognised it.
    """

    def __init__(self, message: str, *, column: str, rule: str) -> None:
        super().__init__(message)
        self.column = column
        self.rule = rule
