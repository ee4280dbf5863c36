"""Custom fields of suppliers for Coupa: its flat file of suppliers."""

from __future__ import annotations

import polars as pl

from reports.exports.csv_text import quoted_csv, starts_formula
from reports.exports.export import UNKNOWN, Export, ExportFile, cut, note
from reports.exports.published_run import PublishedRun, band_text, reason_text, usable_score

LONGEST_NAME = 100
TEXT = 255


def _make(run: PublishedRun) -> ExportFile:
    rows = [
        {
            "Name*": supplier["name"],
            "Supplier Number": supplier["supplier_id"],
            "Understory Priority": band_text(supplier, UNKNOWN),
            "Understory Score": _score(usable_score(supplier)),
            "Understory Evidence Coverage": f"{100 * supplier['evidence_coverage']:.0f} %",
            "Understory Reason": cut(reason_text(supplier), TEXT),
            "Understory As Of": run.as_of.isoformat(),
        }
        for supplier in run.ranked.iter_rows(named=True)
    ]
    table = pl.DataFrame(rows, infer_schema_length=None)
    is_long = pl.col("Name*").str.len_chars() > LONGEST_NAME
    is_repeated = pl.col("Name*").is_duplicated()
    is_formula = pl.any_horizontal(starts_formula("Name*"), starts_formula("Supplier Number"))
    taken = table.filter(~is_long & ~is_repeated & ~is_formula)
    without_score = (pl.col("Understory Score") == UNKNOWN).sum()
    return ExportFile(
        quoted_csv(taken),
        taken.height,
        (
            *note(
                table.filter(is_long).height,
                f"suppliers left out, as their name has more than {LONGEST_NAME} characters",
            ),
            *note(
                table.filter(is_repeated).height,
                "suppliers left out, as others have the same name, which Coupa does not allow",
            ),
            *note(
                table.filter(is_formula).height,
                "suppliers left out, as their name or number could start a formula",
            ),
            *note(taken.select(without_score).item(), f"suppliers whose score is {UNKNOWN}"),
            *note(
                taken.filter(pl.col("Understory Reason").str.ends_with("…")).height,
                f"reasons cut to {TEXT} characters",
            ),
        ),
    )


def _score(score: float | None) -> str:
    return UNKNOWN if score is None else f"{score:.1f}"


EXPORT = Export(
    name="coupa",
    file="suppliers_coupa.csv",
    entries="suppliers",
    content="custom fields of existing suppliers, as the suppliers import reads them",
    confirmed="Suppliers Import and Getting Started of Coupa's flat files (compass.coupa.com): "
    "`Name*` is required and unique, with at most 100 characters; `Supplier Number` finds the "
    "supplier; columns of custom fields are called by their English prompt, and columns that are "
    "no custom field of your instance must be left out. RFC 4180: comma, every field in quotes, "
    "UTF-8 without a byte-order mark.",
    assumed=f"Custom fields of kind text with {TEXT} characters. No limit of rows is documented. "
    "Without `--ids`, the ids of your list are Coupa's supplier numbers and its names are those in "
    "Coupa: a name that differs would be changed by the import.",
    limits=(
        "A supplier without a score has `Unknown` as priority and as score, so that no earlier "
        "score stays; the field of the score is therefore one of text.",
        "A contested supplier has `Contested, under review` and no score.",
        "A supplier that is not in Coupa would be created; import the file for existing ones only.",
    ),
    make=_make,
    takes_ids=True,
)
