"""The options that say which list is run and how, for every verb that reads one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from flows.cli import option_types

if TYPE_CHECKING:
    from configs.settings import Settings

_ANNOTATIONS: Mapping[str, Any] = {
    "suppliers": option_types.SupplierFiles,
    "profile": option_types.Profile,
    "overrides": option_types.Overrides,
    "drop": option_types.Drop,
    "mapping": option_types.Mapping,
    "completed": option_types.Completed,
}


@dataclass(frozen=True)
class ListOptions:
    """What the command line says about the list and the configuration.

    Attributes:
        suppliers: files of the list.
        profile: name or path of a profile.
        overrides: configuration changes as `key.path=value`.
        drop: columns to leave unread.
        mapping: mapping file of the list.
        completed: workbook with the completed cells.
    """

    suppliers: list[Path] | None = None
    profile: str | None = None
    overrides: list[str] | None = None
    drop: list[str] | None = None
    mapping: Path | None = None
    completed: Path | None = None

    def settings(self) -> Settings:
        """The effective settings.

        Raises:
            UsageError: the profile or a key is wrong.
        """
        from flows.run.request import run_request

        return run_request.settings_of(
            self.profile, self.overrides, self.suppliers, self.drop, self.mapping, self.completed
        )

    def in_language(self, language: str | None) -> Self:
        """The same with the language of the report, if one is given."""
        from flows.run.request import run_request

        return replace(self, overrides=run_request.with_language(self.overrides, language))

    def parameters(self) -> dict[str, Any]:
        """As parameters of a flow."""
        return {
            "profile": self.profile,
            "suppliers": [str(path) for path in self.suppliers or []],
            "overrides": list(self.overrides or []),
            "drop": list(self.drop or []),
            "mapping": None if self.mapping is None else str(self.mapping),
            "completed": None if self.completed is None else str(self.completed),
        }


def with_list_options(verb: Callable[..., None]) -> Callable[..., None]:
    """A verb whose parameter of the type `ListOptions` is the options themselves."""
    signature = inspect.signature(verb, eval_str=True)
    names = [one.name for one in signature.parameters.values() if one.annotation is ListOptions]
    (name,) = names
    own = [one.name for one in fields(ListOptions)]

    @functools.wraps(verb)
    def expanded(**options: Any) -> None:
        listed = ListOptions(**{one: options.pop(one) for one in own if one in options})
        verb(**{name: listed}, **options)

    parameters = []
    for one in signature.parameters.values():
        if one.name == name:
            parameters += [
                inspect.Parameter(
                    each, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation
                )
                for each, annotation in _ANNOTATIONS.items()
            ]
        else:
            parameters.append(one.replace(kind=inspect.Parameter.KEYWORD_ONLY))
    expanded.__dict__["__signature__"] = signature.replace(parameters=parameters)
    expanded.__annotations__ = {one.name: one.annotation for one in parameters}
    return expanded
