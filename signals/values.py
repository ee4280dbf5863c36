"""From what a signal computed to one value, or one reason for none, per supplier."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from signals.card import Pillar, SignalCard, Status
from signals.context.governance_prior import income_by_country as income_by_country
from signals.districts import at_districts
from signals.measurable_sites import measurable_sites
from signals.site_means import COMPUTED_SCHEMA, by_supplier, every_site
from signals.source import REJECTED_SCHEMA

VALUES_SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "signal_id": pl.String(),
    "period": pl.String(),
    "as_of": pl.Date(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "quality": pl.Float64(),
    "status": pl.String(),
    "status_reason": pl.String(),
    "source_used": pl.String(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
}

SITE_VALUES_SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "supplier_id": pl.String(),
    "signal_id": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "quality": pl.Float64(),
    "observed_to": pl.Date(),
}


_NO_ROW = "the source has no data about it"
_NO_SITE = "the list has no site of it"


#: Values of signals without any row, which differ by the key of their rows, by what counts as a
#: location, and by whether sites are averaged by district alone.
WithoutRows = dict[tuple[str, object, bool], pl.DataFrame]


@dataclass(frozen=True)
class FinishedSignal:
    """A signal's values for a run.

    Attributes:
        values: one row for every supplier, columns of `signal_values` without run_id, in the
            order of supplier_id.
        site_values: one row per site with a value, columns of `site_signal_values` without
            run_id, in the order of site_id; empty for signals that are not of sites.
        rejected: values rejected, with rule and reason.
        oldest_in_use: first day on which any value in use was observed; None without one.
        newest_too_old: last day on which any value was observed that is too old; None without one.
    """

    values: pl.DataFrame
    site_values: pl.DataFrame
    rejected: pl.DataFrame
    oldest_in_use: dt.date | None = None
    newest_too_old: dt.date | None = None


def finish(
    card: SignalCard,
    computed: pl.LazyFrame,
    suppliers: pl.DataFrame,
    sites: pl.DataFrame,
    as_of: dt.date,
    without_rows: WithoutRows | None = None,
) -> FinishedSignal:
    """Reject impossible values, age out old ones, and give every supplier a status.

    A supplier's value is the mean of its sites' values weighted by quality; the standard error
    is propagated as if sites were independent, and is null when that of any site is. Sites
    without a value are left out and not imputed. Environment values
    are averaged by district: a site counts with its district's mean, so that the pillar does not
    rank neighbours; `site_values` stay as measured.

    Args:
        card: of the signal.
        computed: what its `compute` returned: supplier_id or site_id, period, value, stderr,
            quality, observed_to, origin, and optionally status and status_reason; where the card
            names several sources also source_id: the one that gave the value, or those that
            really entered it, joined by `SOURCE_SEPARATOR`.
        suppliers: at least supplier_id.
        sites: at least site_id, supplier_id, latitude, longitude, geometry_wkt, location_reason,
            has_measurable_location.
        as_of: the date of the run; values older than the card's max_age become `too_old`.
        without_rows: what earlier calls for the same list found of signals without any row.
            Brought up to date.

    Raises:
        ValueError: two rows for one supplier or site, or a value of a signal with several
            sources without the one it comes from.
    """
    key = "site_id" if card.support == "site" else "supplier_id"
    sites = measurable_sites(sites, card.location_needed)
    listed = sites if key == "site_id" else suppliers
    given = computed.collect()
    kind = (key, card.location_needed, card.pillar is Pillar.ENVIRONMENT)
    if given.is_empty() and without_rows is not None and kind in without_rows:
        values = without_rows[kind].with_columns(signal_id=pl.lit(card.id), as_of=pl.lit(as_of))
        return FinishedSignal(
            values, pl.DataFrame(schema=SITE_VALUES_SCHEMA), pl.DataFrame(schema=REJECTED_SCHEMA)
        )
    rows = _judged(card, _typed(given, key), listed.select(key), as_of)
    if rows[key].is_duplicated().any():
        raise ValueError(f"signal {card.id}: it gives two values for one {key}")
    is_old, observed_to = rows["is_old"], rows["observed_to"]
    in_use = observed_to.filter(rows["value"].is_not_null() & ~is_old)
    rows = _with_source(card, rows)
    rows, rejected = _rejected(card, rows, key)
    rows = _aged(card, rows)
    site_values = pl.DataFrame(schema=SITE_VALUES_SCHEMA)
    if key == "site_id":
        per_site = every_site(rows, sites)
        site_values = (
            per_site.filter(pl.col("value").is_not_null())
            .with_columns(signal_id=pl.lit(card.id), period=pl.col("period").fill_null(""))
            .select(list(SITE_VALUES_SCHEMA))
            .sort("site_id")
        )
        if card.pillar is Pillar.ENVIRONMENT:
            rows = by_supplier(at_districts(per_site, sites), "district")
        else:
            rows = by_supplier(per_site, "site_id")
    values = (
        suppliers.lazy()
        .select("supplier_id")
        .join(rows.lazy(), on="supplier_id", how="left")
        .with_columns(
            status=pl.col("status").fill_null(Status.NOT_COVERED.value),
            status_reason=pl.when(pl.col("status").is_null())
            .then(pl.lit(_NO_SITE if key == "site_id" else _NO_ROW))
            .otherwise("status_reason"),
            signal_id=pl.lit(card.id),
            as_of=pl.lit(as_of),
            source_used=pl.col("source_id"),
        )
        .select(list(VALUES_SCHEMA))
        .sort("supplier_id")
        .collect()
    )
    if given.is_empty() and without_rows is not None:
        without_rows[kind] = values
    return FinishedSignal(
        values, site_values, rejected, _day(in_use.min()), _day(observed_to.filter(is_old).max())
    )


def is_finished_alone(card: SignalCard) -> bool:
    """Whether a supplier's finished values depend on no other supplier of the list.

    Values of the environment pillar are averaged by district after they are computed.
    """
    return card.is_per_supplier and card.pillar is not Pillar.ENVIRONMENT


def has_same_ages(
    card: SignalCard,
    oldest_in_use: dt.date | None,
    newest_too_old: dt.date | None,
    as_of: dt.date,
) -> bool:
    """Whether on another day the same values would be too old, and the same ones in use.

    Args:
        card: of the signal.
        oldest_in_use: of the `FinishedSignal`.
        newest_too_old: of the `FinishedSignal`.
        as_of: the other day.
    """
    if oldest_in_use is not None and (as_of - oldest_in_use).days > card.max_age_days:
        return False
    return newest_too_old is None or (as_of - newest_too_old).days > card.max_age_days


def _day(found: object) -> dt.date | None:
    return found if isinstance(found, dt.date) else None


def _typed(given: pl.DataFrame, key: str) -> pl.LazyFrame:
    return given.lazy().select(
        pl.col(key).cast(pl.String),
        *(
            (pl.col(name) if name in given.columns else pl.lit(None)).cast(kind).alias(name)
            for name, kind in COMPUTED_SCHEMA.items()
        ),
    )


def _with_source(card: SignalCard, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the source of each: the card's only one, else the one that the row names."""
    if len(card.sources) == 1:
        return rows.with_columns(source_id=pl.lit(card.sources[0]))
    unnamed = rows.filter(pl.col("value").is_not_null() & pl.col("source_id").is_null())
    if unnamed.height:
        raise ValueError(f"signal {card.id}: a value does not name the source that it comes from")
    return rows


def _judged(
    card: SignalCard, rows: pl.LazyFrame, listed: pl.DataFrame, as_of: dt.date
) -> pl.DataFrame:
    """Rows of what is listed in the order of the key, with their status, fault and age."""
    low, high = card.valid_range
    status = (
        pl.when(pl.col("value").is_not_null())
        .then(pl.col("status").fill_null(Status.OBSERVED.value))
        .otherwise(
            pl.col("status")
            .replace(Status.OBSERVED.value, None)
            .fill_null(Status.NOT_COVERED.value)
        )
    )
    fault = (
        pl.when(~pl.col("value").is_finite())
        .then(pl.lit("value_is_finite"))
        .when(~pl.col("value").is_between(low, high))
        .then(pl.lit("value_in_valid_range"))
    )
    age_days = (pl.lit(as_of) - pl.col("observed_to")).dt.total_days()
    return (
        rows.join(listed.lazy(), on=listed.columns, how="semi")
        .sort(listed.columns)
        .with_columns(
            status=status,
            fault=fault,
            is_old=pl.col("value").is_not_null() & (age_days > card.max_age_days).fill_null(False),
        )
        .collect()
    )


def _rejected(card: SignalCard, rows: pl.DataFrame, key: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    if rows["fault"].null_count() == rows.height:
        return rows.drop("fault"), pl.DataFrame(schema=REJECTED_SCHEMA)
    is_bad = pl.col("fault").is_not_null()
    low, high = card.valid_range
    span = f"{low:g} to {high:g} {card.unit}"
    rejected = rows.filter(is_bad).select(
        source_file=pl.col("origin"),
        source_row=pl.lit(None, pl.Int64),
        rule=pl.col("fault"),
        reason=pl.format(f"{card.id} of {{}} is {{}}, outside {span}", key, "value"),
    )
    kept = _without_value(
        rows, is_bad, Status.NOT_COVERED, pl.lit("its value was rejected as implausible")
    )
    return kept.drop("fault"), rejected.match_to_schema(pl.Schema(REJECTED_SCHEMA))


def _aged(card: SignalCard, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows without the values that are older than the card allows, and without `is_old`."""
    is_old = pl.col("is_old") & pl.col("value").is_not_null()
    reason = pl.format(
        f"the last data are of {{}}, older than {card.max_age_days} days",
        pl.col("observed_to").dt.to_string("%Y-%m-%d"),
    )
    if rows["is_old"].any():
        rows = _without_value(rows, is_old, Status.TOO_OLD, reason)
    return rows.drop("is_old")


def _without_value(
    rows: pl.DataFrame, where: pl.Expr, status: Status, reason: pl.Expr
) -> pl.DataFrame:
    return rows.with_columns(
        *(pl.when(~where).then(name).alias(name) for name in ("value", "stderr", "quality")),
        status=pl.when(where).then(pl.lit(status.value)).otherwise("status"),
        status_reason=pl.when(where).then(reason).otherwise("status_reason"),
    )
