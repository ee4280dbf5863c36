"""A group of verbs that does one of them where none is named."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class DefaultToList(TyperGroup):
    """`understory sources` does what `understory sources list` does."""

    default_verb = "list"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default verb before options that stand alone."""
        asks_for_help = bool(args) and args[0] in ctx.help_option_names
        if not args or (args[0].startswith("-") and not asks_for_help):
            args = [self.default_verb, *args]
        return super().parse_args(ctx, args)
