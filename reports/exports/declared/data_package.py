"""The tables of a run as a Frictionless data package."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from reports.data_dictionary import output_columns, output_files
from reports.documents.evidence_index import public_origin
from reports.exports.archive import zipped
from reports.exports.export import Export, ExportFile
from reports.exports.published_run import PublishedRun
from reports.outputs.output import Column
from reports.tables.cells import neutralise
from reports.wording import notices

_MARK = b"\xef\xbb\xbf"
_TYPES = {
    "text": "string",
    "number": "number",
    "whole number": "integer",
    "true or false": "boolean",
    "date": "date",
    "list of text": "array",
}
#: Parquet tables of a run, and what their CSV in the package is called.
_PARQUET = {
    "ranked.parquet": "ranked_all_columns.csv",
    "contributions.parquet": "contributions.csv",
}


def _make(run: PublishedRun) -> ExportFile:
    tables = {
        path: (path, content.removeprefix(_MARK))
        for path, content in run.files.items()
        if path in output_columns() and "/" not in path
    }
    tables["ranked.parquet"] = (_PARQUET["ranked.parquet"], _csv(run.ranked))
    tables["contributions.parquet"] = (
        _PARQUET["contributions.parquet"],
        _csv(run.contributions.with_columns(source_file=_public_files(run.contributions))),
    )
    resources = [_resource(path, *tables[path]) for path in sorted(tables)]
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"understory-{run.run_id}",
        "title": f"{run.title}, as of {run.as_of.isoformat()}",
        "description": " ".join(notices(run.is_synthetic)),
        "version": run.run_id,
        "created": run.manifest["finished_at"],
        "sources": _sources(run),
        "resources": resources,
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=1)
    files = {"datapackage.json": f"{text}\n".encode()}
    files |= dict(tables[path] for path in sorted(tables))
    return ExportFile(zipped(files, compress=True), len(resources))


def _resource(path: str, name: str, content: bytes) -> dict[str, Any]:
    columns = output_columns()[path]
    header = content.split(b"\n", 1)[0].decode("utf-8").split(",")
    description = output_files()[path]
    return {
        "name": name.removesuffix(".csv"),
        "path": name,
        "description": description[0].upper() + description[1:] + ".",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(columns, column) for column in header],
            "missingValues": [""],
        },
    }


def _field(columns: Mapping[str, Column], name: str) -> dict[str, str]:
    column = columns[name]
    parts = {"name": name, "type": _TYPES[column.kind], "description": column.meaning}
    return parts | ({"unit": column.unit} if column.unit else {})


def _csv(frame: pl.DataFrame) -> bytes:
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    as_json = frame.with_columns(
        pl.col(name).map_elements(
            lambda texts: json.dumps(list(texts), ensure_ascii=False), return_dtype=pl.String
        )
        for name in lists
    )
    target = io.BytesIO()
    neutralise(as_json).write_csv(target, line_terminator="\n")
    return target.getvalue()


def _public_files(contributions: pl.DataFrame) -> pl.Series:
    names = contributions["source_file"].unique().drop_nulls().to_list()
    public = {name: public_origin(name, None) for name in names}
    return contributions["source_file"].replace(public)


def _sources(run: PublishedRun) -> list[dict[str, str]]:
    found = []
    for source in run.manifest["sources"]:
        if source["status"] != "read":
            continue
        card = run.source_cards.get(source["source_id"])
        entry = {"title": str(source["title"]), "licence": str(source.get("licence", ""))}
        found.append(entry if card is None else entry | {"path": card.url})
    return found


EXPORT = Export(
    name="data-package",
    file="data_package.zip",
    entries="tables",
    content="the run's tables as CSV with a description of every column, in one archive",
    confirmed="Data Package 2.0 with Table Schema (datapackage.org); the archive has "
    "`datapackage.json` at its top.",
    assumed="",
    limits=(
        "The descriptions are those of the data dictionary, that is the comments of the DDL where "
        "a column has no other.",
        "The Parquet tables are `ranked_all_columns.csv` and `contributions.csv`; lists of reasons "
        "are JSON arrays. Empty cells are values that are not known.",
        "Pictures, report and workbook are not in it. `unit` and `licence` are properties of our "
        "own.",
        "The bytes depend on the content and on the version of the compression library.",
    ),
    make=_make,
)
