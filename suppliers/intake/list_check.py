"""Check lists before a run: everything that must be answered, of all files and sheets at once.

The check reads lists as a run does, with the faults of columns set aside: columns on persons are
left out and missing ones are empty, so that the rows are judged in the same attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from suppliers.input_errors import DataRejectedError, Findings, ListFaultError, NonExtractiveError
from suppliers.intake.column_findings import (
    columns_of,
    fault_findings,
    sheet_findings,
    unread_findings,
    with_all_lists,
)
from suppliers.intake.contradictions import contradiction_findings
from suppliers.intake.list_columns import ROW_KEYS
from suppliers.intake.list_files import IntakeOptions, ListRows, open_list, read_list, table_name
from suppliers.intake.list_findings import Kind, ListFinding, in_order
from suppliers.intake.read_list import list_paths, with_user_values
from suppliers.intake.row_findings import issue_findings, location_findings, rejected_findings
from suppliers.intake.sites import located_rows
from suppliers.intake.supplier_rows import DUPLICATE, judge_rows
from suppliers.intake.towns import locate_towns

_LOCATED = ("polygon", "exact", "city")


@dataclass(frozen=True)
class CheckedFile:
    """One file of a check.

    Attributes:
        path: as given.
        options: how it is read, with the sheets that the check found.
        columns: header to field, for all sheets that are read.
    """

    path: Path
    options: IntakeOptions
    columns: Mapping[str, str]


@dataclass(frozen=True)
class ListCheck:
    """What a check found.

    Attributes:
        findings: in the order of files and rows.
        files: the files that could be opened.
        missing: supplier_id, site_id, name, and whether country, sector and location are missing;
            only suppliers that lack one of them.
        places: one row per row that can be read: source_file, source_row, supplier_id, name, town,
            admin_area, country_iso2, latitude, longitude, location_precision, location_reason.
        counts: rows, rows_rejected, suppliers, and without_location of them.
    """

    findings: tuple[ListFinding, ...]
    files: tuple[CheckedFile, ...]
    missing: pl.DataFrame
    places: pl.DataFrame
    counts: Mapping[str, int]

    @property
    def is_ready(self) -> bool:
        """Whether nothing must be answered."""
        return not any(finding.is_open for finding in self.findings)


def check_lists(
    path: Path | Sequence[Path],
    options: IntakeOptions,
    own_options: Mapping[Path, IntakeOptions],
) -> ListCheck:
    """Check one list, several lists, or all lists of a folder.

    Args:
        path: file, folder, or several of them.
        options: how lists are read.
        own_options: options of single paths, in place of `options`.

    Raises:
        DataRejectedError: no file is given, or an answer of the mapping file cannot be used.
    """
    files = list_paths(path)
    own = {file: o for given, o in own_options.items() for file in list_paths(given)}
    findings: list[ListFinding] = []
    checked: list[CheckedFile] = []
    lists: list[ListRows] = []
    absent: dict[str, frozenset[str]] = {}
    for file in files:
        of_columns = Findings()
        asked = own.get(file, options)
        try:
            used = with_all_lists(file, asked)
            _, tables = open_list(file, used)
        except DataRejectedError as error:
            findings += fault_findings([error], file)
            continue
        columns = {h: name for table in tables for name, h in columns_of(table, used).items()}
        checked.append(CheckedFile(file, used, columns))
        try:
            rows = read_list(file, used, prefix=len(files) > 1, findings=of_columns)
        except DataRejectedError as error:
            findings += fault_findings([*of_columns.errors, error], file, columns)
            continue
        findings += fault_findings(of_columns.errors, file, columns)
        fed = {table_name(t, tables): frozenset(columns_of(t, used)) for t in tables}
        findings += unread_findings(rows.guard, fed)
        findings += sheet_findings(file, used, was_asked=bool(asked.sheets))
        for fault in of_columns.errors:
            if isinstance(fault, ListFaultError) and fault.rule == "missing_column":
                absent[fault.where] = absent.get(fault.where, frozenset()) | {fault.field}
            if isinstance(fault, NonExtractiveError):
                personal = columns.get(fault.column, "")
                absent[fault.where] = absent.get(fault.where, frozenset()) | {personal}
        lists.append(rows)
    if not lists:
        none, nowhere = pl.DataFrame(schema=_MISSING), pl.DataFrame(schema=_PLACES)
        return ListCheck(
            in_order(findings), tuple(checked), none, nowhere, dict.fromkeys(_COUNTS, 0)
        )
    raw, completion_notes = with_user_values(pl.concat(one.rows for one in lists), options)
    judged = judge_rows(raw)
    # A row that is left out is asked about all its values, so that one correction is enough.
    readable = pl.concat([judged.accepted, judged.unusable])
    has_country = pl.col("country_iso2").is_not_null()
    towns = locate_towns(readable.filter(has_country))
    located = located_rows(towns.rows)
    findings += rejected_findings(judged.faults, raw, absent)
    issues = pl.concat([judged.issues, judged.unusable_issues, towns.issues])
    # Values as written, where judged rows have typed ones.
    written = raw.join(
        readable.select(*ROW_KEYS, "country_iso2"), on=ROW_KEYS, how="inner", maintain_order="left"
    )
    findings += issue_findings(issues, written)
    findings += location_findings(located)
    findings += contradiction_findings(
        pl.concat([located, readable.filter(~has_country)], how="diagonal")
    )
    assumed = (*(note for one in lists for note in one.assumed), *judged.notes)
    findings += [ListFinding(_all(files), (), "", "assumed", "note", note) for note in assumed]
    for note in completion_notes:
        text, _, correction = note.partition("; ")
        kind: Kind = "open" if correction else "note"
        findings.append(ListFinding(_all(files), (), "", "completed", kind, text, correction))
    findings += _too_few(judged.accepted, judged.rejected, options, files)
    missing = _missing(raw, judged.faults, located)
    counts = {
        "rows": len(raw),
        "rows_rejected": int((judged.rejected["rule"] != DUPLICATE).sum()),
        "suppliers": judged.accepted["supplier_id"].n_unique(),
        "without_location": _without_location(
            located.join(judged.accepted.select(ROW_KEYS), on=ROW_KEYS, how="semi")
        ),
    }
    places = located.select(list(_PLACES)).cast(pl.Schema(_PLACES))
    return ListCheck(in_order(findings), tuple(checked), missing, places, counts)


def _without_location(located: pl.DataFrame) -> int:
    """Suppliers of which no row has a location."""
    is_located = pl.col("location_precision").is_in(_LOCATED).fill_null(value=False)
    by_supplier = located.group_by("supplier_id").agg(is_located.any().alias("is_located"))
    return by_supplier.filter(~pl.col("is_located")).height


_PLACES = {
    "source_file": pl.String(),
    "source_row": pl.Int64(),
    "supplier_id": pl.String(),
    "name": pl.String(),
    "town": pl.String(),
    "admin_area": pl.String(),
    "country_iso2": pl.String(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "location_precision": pl.String(),
    "location_reason": pl.String(),
}
_COUNTS = ("rows", "rows_rejected", "suppliers", "without_location")
_MISSING = {
    "supplier_id": pl.String(),
    "site_id": pl.String(),
    "name": pl.String(),
    "no_country": pl.Boolean(),
    "no_sector": pl.Boolean(),
    "no_location": pl.Boolean(),
}


def _missing(raw: pl.DataFrame, faults: pl.DataFrame, located: pl.DataFrame) -> pl.DataFrame:
    """Suppliers and sites of the lists that lack something, in the order of the lists."""
    keys = list(ROW_KEYS)
    without_country = faults.filter(
        pl.col("rule").is_in(["missing_country", "unknown_country"])
    ).select(*keys, no_country=True)
    known = located.select(
        *keys,
        no_sector=pl.col("sector").is_null(),
        no_location=~pl.col("location_precision").is_in(_LOCATED),
    )
    usable = raw.filter(
        pl.col("supplier_id").is_not_null()
        & (pl.col("supplier_id") != "")
        & pl.col("name").is_not_null()
    )
    rows = usable.join(without_country, on=keys, how="left", maintain_order="left").join(
        known, on=keys, how="left", maintain_order="left"
    )
    rows = rows.filter(pl.any_horizontal(pl.col("no_country", "no_sector").is_not_null()))
    lacks_country = pl.col("no_country").fill_null(False)
    no_place_in_row = pl.all_horizontal(
        pl.col("town", "address", "latitude", "longitude", "geometry").is_null()
    )
    by_site = rows.group_by("supplier_id", "site_id", maintain_order=True).agg(
        pl.col("name").first(),
        no_country=lacks_country.any(),
        no_sector=pl.when(pl.col("no_sector").is_null())
        .then(pl.col("sector").is_null())
        .otherwise(pl.col("no_sector"))
        .all(),
        # Of several sites without an id none could be named.
        no_location=pl.col("no_location").fill_null(no_place_in_row).all() & (pl.len() == 1),
    )
    # The country and the sector are asked for once a supplier.
    is_first = pl.int_range(pl.len()).over("supplier_id") == 0
    once = by_site.with_columns(
        no_country=pl.col("no_country").any().over("supplier_id") & is_first,
        no_sector=pl.col("no_sector").all().over("supplier_id") & is_first,
    )
    lacking = once.filter(pl.any_horizontal("no_country", "no_sector", "no_location"))
    return lacking.select(list(_MISSING)).cast(pl.Schema(_MISSING))


def _all(files: Sequence[Path]) -> str:
    """How findings name all files together."""
    return files[0].name if len(files) == 1 else f"{len(files)} lists"


def _too_few(
    accepted: pl.DataFrame,
    rejected: pl.DataFrame,
    options: IntakeOptions,
    files: Sequence[Path],
) -> list[ListFinding]:
    """The finding that the run would reject the list as a whole."""
    faulty = int((rejected["rule"] != DUPLICATE).sum())
    judged = len(accepted) + faulty
    if len(accepted) and faulty / judged <= options.max_rejected_share:
        return []
    return [
        ListFinding(
            _all(files),
            (),
            "",
            "too_few_rows",
            "rejected",
            f"{faulty:,} of {judged:,} rows cannot be used, and the run would reject the list",
            "answer the findings below",
        )
    ]
