"""Outcomes: what became known about suppliers or areas, when, how, and who chose to look.

Outcomes are positive-and-unlabelled. Most units were never audited, audited ones were
selected, and an audit that finds nothing is no proof of absence (Methodology 11.1): its unit stays
unlabelled. Only audits drawn at random (`selection` random) say how common findings are and
whether a stated probability holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.config_errors import DataRejectedError
from suppliers.intake.days import day_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style

KINDS = ("audit_finding", "public_listing", "court", "import_ban")
SELECTIONS = ("random", "targeted", "public")
RESULTS = ("found", "nothing_found")

#: Columns of the file with the kind of their values, for the guard.
COLUMNS: Mapping[str, FieldKind] = {
    "entity_id": "identifier",
    "known_on": "category",
    "kind": "category",
    "source": "text",
    "selection": "category",
    "result": "category",
    "probability": "number",
    "sector": "category",
}
#: Without `result` every row is a finding; `probability` is only known for random audits.
REQUIRED = ("entity_id", "known_on", "kind", "source", "selection")

SCHEMA: Mapping[str, pl.DataType] = {
    "entity_id": pl.String(),
    "known_on": pl.Date(),
    "kind": pl.String(),
    "source": pl.String(),
    "selection": pl.String(),
    "found": pl.Boolean(),
    "probability": pl.Float64(),
    "sector": pl.String(),
}

_LONGEST_SOURCE = 120
#: A mail address or a telephone number with its country's code within a text; the guard sees to
#: those that stand alone.
_A_CONTACT = r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}|\+\d[\d\s().-]{7,}"
_AN_OUTCOME = ("entity_id", "known_on", "kind", "source")


def checked_outcomes(
    rows: pl.DataFrame, unit_ids: pl.Series, as_of: dt.date, where: str
) -> pl.DataFrame:
    """Bring the rows of a file into the shape all learning reads, or reject them.

    Args:
        rows: text columns named as in `COLUMNS` (those of `REQUIRED` present) and `source_row`,
            the row as a person counts it.
        unit_ids: ids of the suppliers or areas that are scored.
        as_of: day on which the outcomes are read.
        where: name of the file, for messages.

    Returns:
        Columns of `SCHEMA`, by unit and day. `found` is false where an audit found nothing, which
        leaves its unit unlabelled. `probability` (null where not known) is the probability with
        which a random audit was drawn; `sector` (null where not stated) that of the case.

    Raises:
        DataRejectedError: the first thing that is wrong, in one sentence. No id of the file is
            repeated in it, as an unknown one may be the name of a person.
    """
    text = _with_optional(rows)
    _filled(text, where)
    for column, allowed in (("kind", KINDS), ("selection", SELECTIONS), ("result", RESULTS)):
        _among(text, column, allowed, where)
    # A cell of a workbook that holds a day reads as its midnight; another time is no day.
    day = pl.col("known_on").str.replace(r"[ T]00:00:00(\.0+)?$", "")
    typed = text.with_columns(
        known_on=pl.when(~day.str.contains(":", literal=True)).then(day_of("known_on")),
    ).with_columns(
        number_of("probability", number_style(text, ["probability"])).alias("drawn_with"),
        (pl.col("result") == "found").alias("found"),
    )
    share = pl.col("drawn_with")
    faults = (
        (pl.col("known_on").is_null(), "known_on is not a date; write it as YYYY-MM-DD"),
        (
            pl.col("known_on") > as_of,
            f"known_on lies after {as_of}, when no one could know it; correct the day, look at "
            "a later day or take the row out",
        ),
        (
            ~pl.col("entity_id").is_in(unit_ids.cast(pl.String).implode()),
            "entity_id is not on the list of scored suppliers or areas; give the id used there, "
            "never a name",
        ),
        (
            pl.col("source").str.len_chars() > _LONGEST_SOURCE,
            f"source is longer than {_LONGEST_SOURCE} characters; name the register or programme "
            "only",
        ),
        (
            pl.col("source").str.contains(_A_CONTACT),
            "source holds an address or a number of someone; name the register or programme only",
        ),
        (
            ~pl.col("found") & (pl.col("kind") != "audit_finding"),
            "only an audit can find nothing; take the row out or correct its kind",
        ),
        (
            pl.col("probability").is_not_null() & (share.is_null() | (share <= 0) | (share > 1)),
            "probability is not a number above 0 and up to 1; give the probability with which the "
            "unit "
            "was drawn",
        ),
        (
            pl.col("probability").is_not_null() & (pl.col("selection") != "random"),
            "probability is given for a unit that was not drawn at random; leave it empty",
        ),
        (
            pl.struct(*_AN_OUTCOME, "sector").is_duplicated(),
            "the same outcome stands in the file twice (unit, day, kind, source and sector); keep "
            "one row",
        ),
    )
    for fault, sentence in faults:
        _none_at_fault(typed, fault, sentence, where)
    outcomes = (
        typed.with_columns(probability="drawn_with")
        .select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
        .sort(*_AN_OUTCOME)
    )
    _two_kinds(outcomes, unit_ids.n_unique(), where)
    return outcomes


def known_cases(
    outcomes: pl.DataFrame,
    unit_ids: pl.Series,
    known_after: dt.date | None = None,
    known_by_day: dt.date | None = None,
) -> NDArray[np.bool_]:
    """[units] whether something was found and learned in the time named.

    Args:
        outcomes: columns of `SCHEMA`.
        unit_ids: the units in the order wanted.
        known_after: days up to and with this one do not count; None counts all.
        known_by_day: days after this one do not count; None counts all.
    """
    wanted = pl.col("found")
    if known_after is not None:
        wanted &= pl.col("known_on") > known_after
    if known_by_day is not None:
        wanted &= pl.col("known_on") <= known_by_day
    found = outcomes.filter(wanted)["entity_id"].unique()
    flags: NDArray[np.bool_] = unit_ids.cast(pl.String).is_in(found.implode()).to_numpy()
    return flags


def random_arm(outcomes: pl.DataFrame) -> pl.DataFrame:
    """One row per unit drawn at random: entity_id, found (in any draw), probability.

    The probability of a unit drawn several times is that of its last draw; null where the file
    gives none.
    """
    return (
        outcomes.filter(pl.col("selection") == "random")
        .sort("entity_id", "known_on")
        .group_by("entity_id", maintain_order=True)
        .agg(pl.col("found").any(), pl.col("probability").last())
    )


def _with_optional(rows: pl.DataFrame) -> pl.DataFrame:
    missing = {"result": "found", "probability": None, "sector": None}
    return rows.with_columns(
        pl.lit(value, dtype=pl.String).alias(name)
        for name, value in missing.items()
        if name not in rows.columns
    )


def _filled(text: pl.DataFrame, where: str) -> None:
    if text.is_empty():
        raise DataRejectedError(f"{where}: there are no outcomes below the header; add rows")
    for name in (*REQUIRED, "result"):
        _none_at_fault(text, pl.col(name).is_null(), f"{name} is empty; fill it", where)


def _among(text: pl.DataFrame, column: str, allowed: tuple[str, ...], where: str) -> None:
    sentence = f"{column} is none of {', '.join(allowed)}; correct it"
    _none_at_fault(text, ~pl.col(column).is_in(allowed), sentence, where)


def _none_at_fault(rows: pl.DataFrame, fault: pl.Expr, sentence: str, where: str) -> None:
    at_fault = rows.filter(fault)
    if at_fault.height:
        more = f" ({at_fault.height} such rows)" if at_fault.height > 1 else ""
        first = at_fault.sort("source_row")["source_row"].item(0)
        raise DataRejectedError(f"{where} row {first}: {sentence}{more}")


def _two_kinds(outcomes: pl.DataFrame, units: int, where: str) -> None:
    found = outcomes.filter("found")["entity_id"].n_unique()
    if found == 0:
        raise DataRejectedError(
            f"{where}: none of the outcomes is a finding, so nothing can be learned or measured "
            "from them; add findings"
        )
    if found == units:
        raise DataRejectedError(
            f"{where}: all {units} suppliers or areas have a finding, so none is left to rank "
            "them against; score the list they were found in"
        )
