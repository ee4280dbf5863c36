"""The page of exports: every form with what is confirmed of it, what is assumed, and its limits."""

from __future__ import annotations

from flows.documentation.markdown import cell, code_cell, page, table
from reports.exports.export import Export
from reports.exports.registry import exports

_INTRODUCTION = """This page is generated from the program. `understory export --as NAME` writes a
published run in the form of another system ([hand a run over](../how-to/hand-over.md)). What the
documentation of a form confirms and what is assumed are stated apart: test an import with assumed
parts on a test system first. Values whose licence forbids redistribution are in no export."""


def exports_page() -> str:
    """A table of the exports, then each with its limits."""
    overview = table(
        ("name", "file", "content"),
        (
            (f"[`{name}`](#{name})", code_cell(export.file), cell(export.content))
            for name, export in exports().items()
        ),
    )
    return page("Exports", _INTRODUCTION, overview, *map(_section, exports().values()))


def _section(export: Export) -> str:
    content = export.content[0].upper() + export.content[1:]
    limits = "\n".join(f"- {limit}" for limit in export.limits)
    return "\n\n".join(
        (
            f"## {export.name}",
            f"{content}.",
            f"Confirmed: {export.confirmed}",
            f"Assumed: {export.assumed or 'nothing.'}",
            limits,
        )
    )
