"""The keys of the configuration that name a file or a folder to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from configs.settings import Settings, SupplierList

#: From what is named and the key that names it to what is named instead.
Renaming = Callable[[str, str], str]


def with_inputs(settings: Settings, renamed: Renaming) -> Settings:
    """The settings with other names for all that they read.

    Mirrors of sources that are switched off are read by nothing and stay as they are.
    """
    suppliers = with_list(settings.suppliers, renamed)
    sources = {
        name: source.model_copy(update={"mirror": renamed(source.mirror, f"sources.{name}.mirror")})
        if source.enabled and source.mirror is not None
        else source
        for name, source in settings.sources.items()
    }

    def given(value: str | None, key: str) -> str | None:
        return None if value is None else renamed(value, key)

    identity, selection, tune = settings.identity, settings.selection, settings.tune
    weights = {
        name: given(getattr(tune.weights, name), f"tune.weights.{name}")
        for name in ("evidence", "override")
    }
    return settings.model_copy(
        update={
            "suppliers": suppliers,
            "sources": sources,
            "overrides": given(settings.overrides, "overrides"),
            "identity": identity.model_copy(
                update={
                    name: given(getattr(identity, name), f"identity.{name}")
                    for name in ("listed_areas", "decisions")
                }
            ),
            "selection": selection.model_copy(
                update={"looked_at": given(selection.looked_at, "selection.looked_at")}
            ),
            "tune": tune.model_copy(
                update={
                    "countries": given(tune.countries, "tune.countries"),
                    "weights": tune.weights.model_copy(update=weights),
                }
            ),
        }
    )


def with_list(suppliers: SupplierList, renamed: Renaming) -> SupplierList:
    """The block of the list with other names for its files and its completed workbook."""
    files = tuple(
        renamed(one, "suppliers.files")
        if isinstance(one, str)
        else one.model_copy(update={"path": renamed(one.path, "suppliers.files")})
        for one in suppliers.files
    )
    update: dict[str, Any] = {"files": files}
    if suppliers.completed is not None:
        update["completed"] = renamed(suppliers.completed, "suppliers.completed")
    return suppliers.model_copy(update=update)
