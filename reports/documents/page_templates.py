"""The templates of pages, compiled once per user and version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, StrictUndefined
from jinja2.bccache import Bucket

from configs.user_cache import user_cache


def asset(name: str) -> str:
    """The text of a file among the assets."""
    return files("reports").joinpath("assets", name).read_text(encoding="utf-8")


class _Kept(FileSystemBytecodeCache):
    """Compiled templates in the user's cache; one that cannot be written is compiled again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def templates(filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """The templates among the assets, which escape all text and know every name that they use.

    Args:
        filters: further filters, by name.
    """
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(asset),
        bytecode_cache=_kept(),
    )
    environment.filters |= filters
    return environment


def _kept() -> _Kept | None:
    cache = user_cache()
    if cache is None:
        return None
    folder = cache / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return _Kept(str(folder), "%s.jinja")
