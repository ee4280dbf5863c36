"""Context that a user provides as tables: risk of sectors, recruitment fees of migrants.

`sector_priors*.csv` has the columns `division` (two digits of ISIC or NACE), `prior` (0 to 1)
and `published_on`; `recruitment_fees*.csv` has `destination`, `origin`, `share` (of the migrant
workers at the destination, 0 to 1), `fee_months` (months of the wage at the destination that
recruitment costs) and `published_on`. Both are of groups and never of persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import decimal_option, mirror_files
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.days import day_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import DecimalMark, number_of, number_style
from suppliers.places.countries import resolve_country

CARD = SourceCard(
    id="prior_tables",
    title="Sector risk and recruitment fees in tables provided by the user",
    publisher="as named in the tables",
    url="https://www.knomad.org/data/recruitment-costs",
    # The tables are the user's, and so are the terms of what they hold: nothing is redistributed.
    licence=Licence(
        id="provided by the user",
        url="https://www.knomad.org/data/recruitment-costs",
        redistributable=False,
        commercial_use=True,
    ),
    held_by="the publishers of the user's tables, from surveys and statistics of groups",
    collection=Collection.PUBLIC_RECORD,
    cadence="yearly",
    publication_lag_days=0,
    coverage="the sectors and corridors of the tables",
    expected_rows=(0, 100_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="As stated by the user; for fees, such as KNOMAD-ILO Recruitment Costs.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="your own tables of sectors and of recruitment fees",
    ),
)

SECTORS = "stg_prior_tables__sectors"
FEES = "stg_prior_tables__fees"

_DATES: dict[str, pl.DataType] = {
    "observed_to": pl.Date(), "published_on": pl.Date(), "origin": pl.String(),
}  # fmt: skip
SECTOR_SCHEMA: dict[str, pl.DataType] = {
    "division": pl.String(), "prior": pl.Float64(), **_DATES,
}  # fmt: skip
FEE_SCHEMA: dict[str, pl.DataType] = {
    "destination_iso3": pl.String(), "origin_iso3": pl.String(), "share": pl.Float64(),
    "fee_months": pl.Float64(), **_DATES,
}  # fmt: skip

_SECTOR_KINDS: dict[str, FieldKind] = {
    "division": "category", "prior": "number", "published_on": "category",
}  # fmt: skip
_FEE_KINDS: dict[str, FieldKind] = {
    "destination": "category", "origin": "category", "share": "number", "fee_months": "number",
    "published_on": "category",
}  # fmt: skip
_MAX_MONTHS = 60.0


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror.

    Raises:
        SourceUnavailableError: the mirror has no such table.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return ()
    patterns = ["sector_priors*.csv", "recruitment_fees*.csv"]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read both tables; rows out of range or of unknown countries are rejected by rule.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    sectors, fees = [pl.DataFrame(schema=SECTOR_SCHEMA)], [pl.DataFrame(schema=FEE_SCHEMA)]
    rejected: dict[str, list[pl.DataFrame]] = {SECTORS: [no_rejections()], FEES: [no_rejections()]}
    account = Account()
    for raw in files:
        name = Path(raw.origin).name
        is_sectors = name.lower().startswith("sector")
        table = SECTORS if is_sectors else FEES
        kinds = _SECTOR_KINDS if is_sectors else _FEE_KINDS
        try:
            read, unread = read_source_table(Path(raw.path), kinds, required=kinds, where=name)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            rejected[table].append(rejected_file(raw, error))
            continue
        declared = decimal_option(CARD.id, context.options)
        dated = read.with_columns(
            published_on=day_of("published_on"),
            origin_file=pl.lit(raw.origin),
        )
        typed, usable, rule = (_sectors if is_sectors else _fees)(dated, declared)
        kept = usable.fill_null(False) & pl.col("published_on").is_not_null()
        reason = f"{rule}, or no date is given"
        bad = rejected_rows(typed.filter(~kept), name, "row_is_whole", reason)
        rejected[table] += [unread, bad]
        whole = typed.filter(kept)
        account.count(
            Unit.ROW,
            raw,
            read=rows_read(read, unread),
            used=whole.height,
            rejected=rows_by_rule(pl.concat([unread, bad])),
        )
        (sectors if is_sectors else fees).append(
            whole.with_columns(observed_to="published_on", origin="origin_file").select(
                list(SECTOR_SCHEMA if is_sectors else FEE_SCHEMA)
            )
        )
    return [
        Staged(
            SECTORS,
            pl.concat(sectors).unique("division", keep="first", maintain_order=True),
            pl.concat(rejected[SECTORS]),
            account,
        ),
        Staged(
            FEES,
            pl.concat(fees).unique(
                ["destination_iso3", "origin_iso3"], keep="first", maintain_order=True
            ),
            pl.concat(rejected[FEES]),
        ),
    ]


def _sectors(read: pl.DataFrame, declared: DecimalMark | None) -> tuple[pl.DataFrame, pl.Expr, str]:
    style = number_style(read, ["prior"], declared=declared)
    typed = read.with_columns(
        division=pl.col("division").str.zfill(2),
        prior=number_of("prior", style),
    )
    usable = pl.col("division").str.contains(r"^\d{2}$") & pl.col("prior").is_between(0.0, 1.0)
    return typed, usable, "`division` is not two digits, or `prior` is not 0 to 1"


def _fees(read: pl.DataFrame, declared: DecimalMark | None) -> tuple[pl.DataFrame, pl.Expr, str]:
    figures = ("share", "fee_months")
    style = number_style(read, figures, declared=declared)
    typed = read.with_columns(
        *(number_of(column, style).alias(column) for column in figures),
        *(
            pl.Series(f"{name}_iso3", [_iso3(value) for value in read[name]], dtype=pl.String)
            for name in ("destination", "origin")
        ),
    )
    usable = (
        pl.col("destination_iso3").is_not_null()
        & pl.col("origin_iso3").is_not_null()
        & pl.col("share").is_between(0.0, 1.0)
        & pl.col("fee_months").is_between(0.0, _MAX_MONTHS)
    )
    return typed, usable, "a country, its share (0 to 1) or fee_months (0 to 60) is not known"


def _iso3(value: str | None) -> str | None:
    match = resolve_country(value) if value else None
    return None if match is None or match.guessed else match.country.iso3
