"""Read supplier lists: from files as they come to suppliers, sites and reasons.

Order of things: headers are read and guarded, then the allowed columns are read and guarded, then
rows are judged, then places. Addresses are compared in memory and are in no frame that is
returned.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from suppliers.errors import DataRefusedError
from suppliers.fields import (
    BY_NAME,
    REQUIRED,
    FieldKind,
    HeaderMatch,
    match_header,
    match_headers,
    nearest_field,
    normalise_header,
)
from suppliers.guard import (
    GuardReport,
    GuardSettings,
    check_headers,
    check_values,
    shown_header,
)
from suppliers.person_words import person_rule
from suppliers.rows import (
    DUPLICATE,
    SOURCE_FILE,
    WITHHELD_ROW,
    derive_supplier_id,
    empty_field_columns,
    judge_rows,
)
from suppliers.sites import sites_of, suppliers_of
from suppliers.tables import RAGGED, SOURCE_ROW, SUFFIXES, Table, open_table


@dataclass(frozen=True)
class IntakeOptions:
    """How lists are read.

    Attributes:
        columns: the profile's own header names, header to field.
        guard: columns to leave out and declared false alarms.
        derive_supplier_id: make an id from name and country for lists without a supplier_id.
        max_rejected_share: refuse the list if more of its rows than this cannot be used.
        sheet: sheet of an Excel workbook; the one with the most known headers if not given.
        constants: field to a value for every row of a list that has no such column.
        where: header to the text its cells must have; other rows are passed over.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    guard: GuardSettings = field(default_factory=GuardSettings)
    derive_supplier_id: bool = False
    max_rejected_share: float = 0.5
    sheet: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SupplierIntake:
    """Outcome of reading the lists.

    Attributes:
        suppliers: one row per supplier, by supplier_id.
        sites: one row per site with its precision, by supplier_id and site_id.
        rejected: rows that cannot be used: source_file, source_row, supplier_id, rule, reason.
        issues: optional values left empty: source_file, source_row, supplier_id, field, rule,
            reason.
        guard: what the guard dropped, cleared, left unread and withheld.
        counts: rows_read, rows_rejected, rows_repeated, suppliers, sites, sites_measurable and one
            ``sites_<precision>`` per precision.
        notes: plain sentences on what was assumed.
    """

    suppliers: pl.DataFrame
    sites: pl.DataFrame
    rejected: pl.DataFrame
    issues: pl.DataFrame
    guard: GuardReport
    counts: Mapping[str, int]
    notes: tuple[str, ...]


def read_suppliers(
    path: Path | Sequence[Path],
    options: IntakeOptions | None = None,
    own_options: Mapping[Path, IntakeOptions] | None = None,
) -> SupplierIntake:
    """Read one list, several lists, or all lists of a folder.

    With several lists the ids a list gives are prefixed with the file's name (``list_02:1001``);
    derived ids are not, so that one firm in two lists is one supplier.

    Args:
        path: file, folder, or several of them.
        options: how lists are read.
        own_options: options of single paths, in place of `options`.

    Raises:
        NonExtractiveError: a file holds data about persons.
        DataRefusedError: a file cannot be used as a whole.
    """
    options = options or IntakeOptions()
    files = _files(path)
    several = len(files) > 1
    own = {file: o for given, o in (own_options or {}).items() for file in _files(given)}
    frames, reports = [], []
    derived: list[str] = []
    for file in files:
        frame, report, has_ids = _read_file(file, own.get(file, options), prefix=several)
        frames.append(frame)
        reports.append(report)
        derived += [] if has_ids else [file.name]
    raw = pl.concat(frames)
    judged = judge_rows(raw)
    where = files[0].name if not several else f"{len(files)} lists"
    _refuse_if_too_few(judged.accepted, judged.rejected, options, where)
    suppliers, supplier_notes = suppliers_of(judged.accepted)
    sites, site_notes = sites_of(judged.accepted)
    repeated = int((judged.rejected["rule"] == DUPLICATE).sum())
    precisions = Counter(sites["location_precision"].to_list())
    return SupplierIntake(
        suppliers=suppliers,
        sites=sites,
        rejected=judged.rejected,
        issues=judged.issues,
        guard=sum(reports, GuardReport()),
        counts={
            "rows_read": len(raw),
            "rows_rejected": len(judged.rejected) - repeated,
            "rows_repeated": repeated,
            "suppliers": len(suppliers),
            "sites": len(sites),
            "sites_measurable": int(sites["has_measurable_location"].sum()),
            **{f"sites_{name}": count for name, count in sorted(precisions.items())},
        },
        notes=(*_derived_note(derived), *judged.notes, *supplier_notes, *site_notes),
    )


def _files(path: Path | Sequence[Path]) -> list[Path]:
    if not isinstance(path, Path):
        files = [file for given in path for file in _files(given)]
    elif path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
        if not files:
            raise DataRefusedError(f"{path}: the folder holds no list (CSV, TSV, XLSX, Parquet).")
    else:
        files = [path]
    if not files:
        raise DataRefusedError("no supplier list was given; name a file with --suppliers FILE.")
    doubled = [name for name, count in Counter(p.name for p in files).items() if count > 1]
    if doubled:
        raise DataRefusedError(f"{doubled[0]}: two lists have this name; rename one of them.")
    return files


def _read_file(
    file: Path, options: IntakeOptions, *, prefix: bool
) -> tuple[pl.DataFrame, GuardReport, bool]:
    table = open_table(file, lambda cell: _is_known(cell, options), sheet=options.sheet)
    match = match_headers(table.headers, options.columns, options.guard.drop, table.name)
    allowed = {table.headers[position] for position in match.columns.values()}
    report = check_headers(table.headers, allowed, options.guard, table.name)
    for sheet, headers in table.other_sheets.items():
        check_headers(headers, set(headers), options.guard, f"{table.name}, sheet {sheet}")
    _require_columns(table, match, options)
    # Values are read only from here on.
    named = {table.headers[p]: p for p in match.columns.values()}
    frame = _rows_where(table, named, options.where)
    kinds: dict[str, FieldKind] = {
        table.headers[p]: BY_NAME[name].kind for name, p in match.columns.items()
    }
    check = check_values(frame, kinds, options.guard, table.name)
    cleared = frame.with_columns(
        pl.when(~mask).then(pl.col(column)).alias(column) for column, mask in check.withheld.items()
    )
    required = [
        check.withheld[header]
        for name in REQUIRED
        if (header := _header_of(table, match, name)) is not None and header in check.withheld
    ]
    held = pl.Series([False] * len(frame), dtype=pl.Boolean)
    for mask in required:
        held = held | mask
    constants = {
        name: value for name, value in options.constants.items() if name not in match.columns
    }
    filled = cleared.select(
        *(pl.lit(value).alias(name) for name, value in constants.items()),
        *(pl.col(table.headers[p]).alias(name) for name, p in match.columns.items()),
        pl.lit(table.name).alias(SOURCE_FILE),
        SOURCE_ROW,
        RAGGED,
        held.alias(WITHHELD_ROW),
    )
    missing = [c for c in empty_field_columns() if c.meta.output_name() not in filled.columns]
    complete = filled.with_columns(missing).select(
        *BY_NAME, SOURCE_FILE, SOURCE_ROW, RAGGED, WITHHELD_ROW
    )
    has_ids = "supplier_id" in match.columns
    complete = _with_ids(complete, file, derived=not has_ids, prefix=prefix)
    return complete, report + check.report, has_ids


def _rows_where(table: Table, named: Mapping[str, int], where: Mapping[str, str]) -> pl.DataFrame:
    """The named columns, of the rows whose cells are as `where` asks."""
    positions = {normalise_header(header): p for p, header in enumerate(table.headers)}
    wanted = {}
    for header, text in where.items():
        position = positions.get(normalise_header(header))
        if position is None:
            raise DataRefusedError(
                f"{table.name}: there is no column {header!r}, which where: asks for; name one "
                "that the file has."
            )
        wanted[table.headers[position]] = text
    columns = {**named, **{header: positions[normalise_header(header)] for header in wanted}}
    frame = table.read(columns).filter(*(pl.col(header) == text for header, text in wanted.items()))
    return frame.drop([header for header in wanted if header not in named])


def _derived_note(files: Sequence[str]) -> list[str]:
    if not files:
        return []
    named = files[0] if len(files) == 1 else f"{len(files)} lists"
    return [f"{named}: supplier_id was derived from name and country"]


def _header_of(table: Table, match: HeaderMatch, name: str) -> str | None:
    return table.headers[match.columns[name]] if name in match.columns else None


def _is_known(cell: str, options: IntakeOptions) -> bool:
    # A person-level header is a header too: it must be found to be refused.
    return len(cell) <= 80 and (
        match_header(cell, options.columns) is not None or person_rule(cell) is not None
    )


def _require_columns(table: Table, match: HeaderMatch, options: IntakeOptions) -> None:
    for name in REQUIRED:
        if name in match.columns or name in options.constants or name == "supplier_id":
            continue
        near = [
            shown_header(table.headers, p)
            for p in match.unread
            if nearest_field(table.headers[p]) == name and not options.guard.drops(table.headers[p])
        ]
        hint = f"; {near[0]!r} may be meant" if near else ""
        raise DataRefusedError(
            f"{table.name}: no column holds {name}{hint}; name it under columns: map: in the profile "
            f"(HEADER: {name})."
        )
    if "supplier_id" not in match.columns and not options.derive_supplier_id:
        raise DataRefusedError(
            f"{table.name}: no column holds supplier_id; name one under columns: map: in the profile, "
            f"or set derive_supplier_id: true to make ids from name and country."
        )


def _with_ids(frame: pl.DataFrame, file: Path, *, derived: bool, prefix: bool) -> pl.DataFrame:
    if derived:
        # One id per distinct pair: lists repeat a supplier for each of its sites.
        pairs = frame.select("name", "country").unique().drop_nulls()
        ids = pairs.with_columns(
            supplier_id=pl.Series(
                [derive_supplier_id(n, c) for n, c in pairs.iter_rows()], dtype=pl.String
            )
        )
        joined = frame.drop("supplier_id").join(
            ids, on=["name", "country"], how="left", maintain_order="left"
        )
        # Rows without name or country keep their own reason instead of a missing id's.
        return joined.with_columns(pl.col("supplier_id").fill_null("")).select(frame.columns)
    if not prefix:
        return frame
    return frame.with_columns(
        (pl.lit(normalise_header(file.stem).replace(" ", "_") + ":") + pl.col(name)).alias(name)
        for name in ("supplier_id", "site_id")
    )


def _refuse_if_too_few(
    accepted: pl.DataFrame, rejected: pl.DataFrame, options: IntakeOptions, where: str
) -> None:
    faulty = rejected.filter(pl.col("rule") != DUPLICATE)
    judged = len(accepted) + len(faulty)
    share = len(faulty) / judged if judged else 1.0
    if len(accepted) and share <= options.max_rejected_share:
        return
    reasons = Counter(faulty["reason"].to_list()).most_common(3)
    named = ", ".join(f"{count} × {reason}" for reason, count in reasons)
    raise DataRefusedError(
        f"{where}: {len(faulty)} of {judged} rows cannot be used ({named}); mend the list, or "
        f"raise max_rejected_share (now {options.max_rejected_share:g}) to go on with the rest."
    )
