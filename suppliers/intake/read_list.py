"""Read supplier lists: from files as they come to suppliers, sites and reasons.

Order of things: headers are read and guarded, then the allowed columns are read and guarded, then
rows are judged, then places. Addresses are compared in memory and are in no frame that is
returned.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from suppliers.input_errors import DataRejectedError, Findings
from suppliers.intake.answers import check_answers, with_answers
from suppliers.intake.completed_cells import read_completed, with_completed
from suppliers.intake.guard_report import GuardReport
from suppliers.intake.list_files import IntakeOptions, ListRows, read_list
from suppliers.intake.sites import site_rows, sites_of, suppliers_of
from suppliers.intake.supplier_rows import DUPLICATE, judge_rows
from suppliers.intake.table_files import SUFFIXES
from suppliers.intake.towns import locate_towns

__all__ = ["IntakeOptions", "SupplierIntake", "read_addresses", "read_suppliers"]


@dataclass(frozen=True)
class SupplierIntake:
    """Outcome of reading the lists.

    Attributes:
        suppliers: one row per supplier, by supplier_id.
        sites: one row per site with its precision, by supplier_id and site_id.
        rejected: rows that cannot be used, with all reasons: columns of `JudgedRows.rejected`.
        issues: optional values left empty: source_file, source_row, supplier_id, field, rule,
            reason.
        guard: what the guard dropped, cleared, left unread and withheld.
        counts: rows_read, rows_rejected, rows_repeated, suppliers, sites, sites_measurable,
            towns_found, towns_ambiguous, towns_unknown and one ``sites_<precision>`` per
            precision.
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
    derived ids are not, so that one company in two lists is one supplier.

    Args:
        path: file, folder, or several of them.
        options: how lists are read.
        own_options: options of single paths, in place of `options`.

    Raises:
        NonExtractiveError: a file holds data about persons.
        DataRejectedError: a file cannot be used as a whole.
    """
    options = options or IntakeOptions()
    files = list_paths(path)
    lists = _read_all(files, options, own_options or {})
    raw, completion_notes = with_user_values(pl.concat(one.rows for one in lists), options)
    judged = judge_rows(raw)
    where = files[0].name if len(files) == 1 else f"{len(files)} lists"
    _reject_if_too_few(judged.accepted, judged.rejected, options, where)
    suppliers, supplier_notes = suppliers_of(judged.accepted)
    towns = locate_towns(judged.accepted)
    sites, site_notes = sites_of(towns.rows)
    repeated = int((judged.rejected["rule"] == DUPLICATE).sum())
    precisions = Counter(sites["location_precision"].to_list())
    return SupplierIntake(
        suppliers=suppliers,
        sites=sites,
        rejected=judged.rejected,
        issues=pl.concat([judged.issues, towns.issues]).sort("source_file", "source_row", "field"),
        guard=sum((one.guard for one in lists), GuardReport()),
        counts={
            "rows_read": len(raw),
            "rows_rejected": len(judged.rejected) - repeated,
            "rows_repeated": repeated,
            "suppliers": len(suppliers),
            "sites": len(sites),
            "sites_measurable": int(sites["has_measurable_location"].sum()),
            **towns.counts,
            **{f"sites_{name}": count for name, count in sorted(precisions.items())},
        },
        notes=(
            *_derived_note(
                [file.name for file, one in zip(files, lists, strict=True) if not one.has_ids]
            ),
            *(note for one in lists for note in (*one.notes, *one.assumed)),
            *(held.sentence for one in lists for held in one.guard.withheld),
            *(declared.sentence for one in lists for declared in one.guard.sole_traders),
            *completion_notes,
            *judged.notes,
            *supplier_notes,
            *site_notes,
        ),
    )


def read_addresses(
    path: Path | Sequence[Path],
    options: IntakeOptions | None = None,
    own_options: Mapping[Path, IntakeOptions] | None = None,
) -> dict[str, str]:
    """Addresses by supplier, to be compared with those of registers and then forgotten.

    Several addresses of a supplier are joined. Arguments and errors as of `read_suppliers`.
    """
    options = options or IntakeOptions()
    lists = _read_all(list_paths(path), options, own_options or {})
    raw, _ = with_user_values(pl.concat(one.rows for one in lists), options)
    reported = (
        judge_rows(raw).accepted.drop_nulls("address").select("supplier_id", "address").unique()
    )
    joined = reported.sort("supplier_id", "address").group_by("supplier_id").agg(pl.col("address"))
    return {supplier: "; ".join(texts) for supplier, texts in joined.iter_rows()}


def read_site_rows(
    path: Path | Sequence[Path],
    options: IntakeOptions | None = None,
    own_options: Mapping[Path, IntakeOptions] | None = None,
) -> pl.DataFrame:
    """One row per site with its location and its address, to be exported and then forgotten.

    Arguments and errors as of `read_suppliers`.
    """
    options = options or IntakeOptions()
    lists = _read_all(list_paths(path), options, own_options or {})
    raw, _ = with_user_values(pl.concat(one.rows for one in lists), options)
    return site_rows(locate_towns(judge_rows(raw).accepted).rows)[0]


def with_user_values(
    raw: pl.DataFrame, options: IntakeOptions
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rows with the user's answers and the cells of the completed workbook, and notes.

    Raises:
        DataRejectedError: an answer, or the workbook, cannot be used.
    """
    check_answers(options.answers)
    answered = with_answers(raw, options.answers)
    if options.completed is None:
        return answered, ()
    return with_completed(answered, read_completed(options.completed))


def _read_all(
    files: Sequence[Path], options: IntakeOptions, own_options: Mapping[Path, IntakeOptions]
) -> list[ListRows]:
    """All files; one error names what is wrong with any of them."""
    own = {file: o for given, o in own_options.items() for file in list_paths(given)}
    lists: list[ListRows] = []
    findings = Findings()
    for file in files:
        try:
            lists.append(read_list(file, own.get(file, options), prefix=len(files) > 1))
        except DataRejectedError as error:
            findings.add(error)
    findings.raise_all()
    return lists


def list_paths(path: Path | Sequence[Path]) -> list[Path]:
    """The files of a list, of several lists, or of a folder.

    Raises:
        DataRejectedError: there is none, or two have one name.
    """
    if not isinstance(path, Path):
        files = [file for given in path for file in list_paths(given)]
    elif path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
        if not files:
            raise DataRejectedError(
                f"{path}: the folder holds no list (CSV, TSV, XLSX, Parquet, GeoJSON)."
            )
    else:
        files = [path]
    if not files:
        raise DataRejectedError("no supplier list was given; name a file with --suppliers FILE.")
    doubled = [name for name, count in Counter(p.name for p in files).items() if count > 1]
    if doubled:
        raise DataRejectedError(f"{doubled[0]}: two lists have this name; rename one of them.")
    return files


def _derived_note(files: Sequence[str]) -> list[str]:
    if not files:
        return []
    named = files[0] if len(files) == 1 else f"{len(files)} lists"
    return [f"{named}: supplier_id was derived from name and country"]


def _reject_if_too_few(
    accepted: pl.DataFrame, rejected: pl.DataFrame, options: IntakeOptions, where: str
) -> None:
    faulty = rejected.filter(pl.col("rule") != DUPLICATE)
    judged = len(accepted) + len(faulty)
    share = len(faulty) / judged if judged else 1.0
    if len(accepted) and share <= options.max_rejected_share:
        return
    reasons = Counter(faulty["reason"].to_list()).most_common(3)
    named = ", ".join(f"{count:,} × {reason}" for reason, count in reasons)
    raise DataRejectedError(
        f"{where}: {len(faulty):,} of {judged:,} rows cannot be used ({named}); correct the list, "
        f"or raise max_rejected_share (now {options.max_rejected_share:g}) to go on with the rest."
    )
