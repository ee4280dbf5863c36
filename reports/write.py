"""Writes every output of a run into one folder; publishing that folder is not done here."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from configs import parquet_parts
from reports.bundle import ReportBundle
from reports.outputs.output import NAME_WIDTH, READ_ME, DocumentOutput, Output, TableOutput
from reports.outputs.registry import outputs
from reports.page.html_overview import record, sources_read
from reports.redistribution import disclosable
from reports.tables.cells import write_csv
from reports.tables.flagged_plan import flagged_outside, outside_sentence
from reports.tables.list_checks import list_check_texts
from reports.tables.ranked_list import ranked_table
from reports.tables.rejections import rejected_of_list, rejections_text
from reports.wording import notices


def write_outputs(bundle: ReportBundle, folder: Path, *, with_documents: bool = True) -> list[Path]:
    """Write all declared outputs of a run into `folder`, which is made if it is not there.

    Values whose licence forbids redistribution are withheld from all of them. Equal bundles
    give equal bytes, but for the start and end of the run in `manifest.json`.

    Args:
        bundle: of the run.
        folder: where to write.
        with_documents: false leaves out the documents that repeat the tables for a person.

    Returns:
        The files written, the one to open first ahead.
    """
    bundle = disclosable(bundle)
    folder.mkdir(parents=True, exist_ok=True)
    ranked = ranked_table(bundle)
    read_me = folder / READ_ME
    wanted = [one for one in outputs() if with_documents or one not in documents()]
    text = _read_me_first(bundle, ranked, wanted)
    read_me.write_text(text, encoding="utf-8", newline="\n")
    written = [read_me]
    with _without_collection():
        for output in wanted:
            written += _write(output, bundle, ranked, folder)
    return written


@contextmanager
def _without_collection() -> Iterator[None]:
    """Without looking for cycles of objects, of which outputs make few among millions of values."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def documents() -> list[DocumentOutput]:
    """The outputs that repeat the tables for a person."""
    return [one for one in outputs() if isinstance(one, DocumentOutput) and one.is_for_reading]


def has_documents(folder: Path) -> bool:
    """Whether the folder of a run holds the documents for persons."""
    return all((folder / one.file).exists() for one in documents())


def _write(output: Output, bundle: ReportBundle, ranked: pl.DataFrame, folder: Path) -> list[Path]:
    if isinstance(output, TableOutput):
        parts = None if output.parts is None else output.parts(bundle)
        if parts is not None:
            parquet_parts.write(folder / output.file, parts)
            return [folder / output.file]
        table = output.frame(bundle, ranked)
        if table is None:
            return []
        path = folder / output.file
        if path.suffix == ".parquet":
            table.write_parquet(path)
        else:
            with path.open("wb") as file:
                write_csv(table, file)
        return [path]
    files = output.files(bundle, ranked)
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _read_me_first(bundle: ReportBundle, ranked: pl.DataFrame, written: Sequence[Output]) -> str:
    of_list = rejected_of_list(bundle.rejected)
    rejections = rejections_text(of_list, bundle.rejected.height - of_list)
    scored = ranked["rank"].is_not_null().sum()
    contents = "\n".join(f"{output.file:<{NAME_WIDTH}}{output.content}" for output in written)
    return (
        "\n".join(notices(bundle.is_synthetic))
        + (f"\n{bundle.ranks_withheld}" if bundle.ranks_withheld else "")
        + f"\n\n{bundle.title}, as of {bundle.as_of.isoformat()}, run {bundle.run_id}\n"
        f"{scored:,} suppliers ranked, {ranked.height - scored:,} with insufficient information; "
        f"{rejections}.\n{rejected_files(bundle)}"
        + "".join(f"{line}\n" for line in list_check_texts(bundle.manifest))
        + _flagged_line(bundle)
        + f"\n{contents}\n"
    )


def _flagged_line(bundle: ReportBundle) -> str:
    outside = flagged_outside(bundle).height
    return f"{outside_sentence(outside)} audit_plan.csv names them.\n" if outside else ""


def rejected_files(bundle: ReportBundle) -> str:
    """One line on files that were rejected as a whole; none where all were read."""
    by_source = {
        source_id: sum(of_files.get("rejected", {}).values())
        for source_id, source in sources_read(bundle.manifest).items()
        if isinstance(of_files := record(record(source, "conservation"), "file"), dict)
    }
    named = ", ".join(f"{source_id} ({n})" for source_id, n in by_source.items() if n)
    return f"Files rejected as a whole: {named}; see rejected.csv.\n" if named else ""
