"""The data of the report page: columns, not rows, with each distinct text stored once.

Suppliers keep the order of the ranked table. Signals and sites follow in the order of their
suppliers, site values in that of their sites, and `counts` says how many each one has.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reports.bundle import ReportBundle
from reports.next_step import LADDER, STEP_LABELS
from reports.wording import (
    ILO_LABELS,
    INVISIBLE_LABELS,
    PILLAR_LABELS,
    STATUS_LABELS,
    TIER_LABELS,
    tier_label,
)
from scoring.tiers import Tier
from signals.card import SignalCard, SourceCard

#: JSON longer than this is compressed; shorter data stay readable in the file.
COMPRESS_FROM_BYTES = 200_000

#: As many as the page shows.
_SIGNIFICANT_DIGITS = 3
_TEXTS = (
    "country", "sector", "peer_level", "insufficient_reason", "cheapest_datum", "next_step",
    "next_step_reason", "shared_reason", "workforce_band", "parent",
)  # fmt: skip
_WHOLE = ("rank", "rank_low", "rank_high", "peer_count")
_POINTS = (
    "score", "score_if_best", "score_if_worst", "prior", "absolute_exposure",
    "within_peer_anomaly", "typical_peer_score",
)  # fmt: skip
_SHARES = ("coverage", "p_top_k", "ilo_coverage")


@dataclass(frozen=True)
class EmbeddedData:
    """Data as it stands inside the page.

    Attributes:
        encoding: `json`, or `gzip-base64`.
        text: harmless inside a script element of any type: it holds no `<`, no `&` and no line
            separator that ends a JavaScript string.
    """

    encoding: str
    text: str


def page_data(bundle: ReportBundle, ranked: pl.DataFrame) -> dict[str, object]:
    """All that the page shows and can filter, ready for JSON.

    Coordinates are given to 0.01 degree and only for sites whose location is public.

    Args:
        bundle: the run, past `reports.disclosure.disclosable`.
        ranked: `reports.ranked_list.ranked_table` of the same run.
    """
    cards, sources = bundle.signal_cards, bundle.source_cards
    order = ranked.select("supplier_id").with_row_index("supplier")
    listed = ranked.join(
        bundle.suppliers.select("supplier_id", "workforce_band", "parent"),
        on="supplier_id",
        how="left",
        maintain_order="left",
    )
    sites, site_order = _sites(bundle.sites, order)
    return {
        "asOf": bundle.as_of.isoformat(),
        "topK": bundle.top_k,
        "insufficientTier": Tier.INSUFFICIENT_INFORMATION.value,
        "labels": {
            "status": dict(STATUS_LABELS),
            "pillar": dict(PILLAR_LABELS),
            "step": {step.value: label for step, label in STEP_LABELS.items()},
        },
        "ladder": [step.value for step in LADDER],
        "invisible": list(INVISIBLE_LABELS),
        "tiers": _tiers(listed),
        "signals": [_signal(card) for card in cards.values()],
        "sources": {source_id: _source(card) for source_id, card in sources.items()},
        "suppliers": _suppliers(listed),
        "contributions": _contributions(bundle.contributions, order, list(cards)),
        "sites": sites,
        "siteValues": _site_values(bundle.site_signal_values, site_order, list(cards)),
    }


def embed(data: Mapping[str, object]) -> EmbeddedData:
    """The data as text for a script element; long data compressed, equal data equal text."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(text) < COMPRESS_FROM_BYTES:
        return EmbeddedData("json", _escaped(text))
    packed = gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)
    return EmbeddedData("gzip-base64", base64.b64encode(packed).decode("ascii"))


def _escaped(text: str) -> str:
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _tiers(listed: pl.DataFrame) -> list[dict[str, str]]:
    present = set(listed["tier"].unique())
    known = [tier for tier in TIER_LABELS if tier in present]
    rest = sorted(present - set(known))
    return [{"id": tier, "label": tier_label(tier)} for tier in (*known, *rest)]


def _suppliers(listed: pl.DataFrame) -> dict[str, object]:
    tiers = [tier["id"] for tier in _tiers(listed)]
    return {
        "id": listed["supplier_id"].to_list(),
        "name": listed["name"].to_list(),
        "tier": [tiers.index(tier) for tier in listed["tier"]],
        **{name: _dictionary(listed[name]) for name in _TEXTS},
        **{name: listed[name].to_list() for name in _WHOLE},
        **{name: _rounded(listed[name], 1) for name in _POINTS},
        **{name: _rounded(listed[name], 3) for name in _SHARES},
    }


def _contributions(
    contributions: pl.DataFrame, order: pl.DataFrame, signal_ids: Sequence[str]
) -> dict[str, object]:
    rows = (
        contributions.join(order, on="supplier_id")
        .filter(pl.col("signal_id").is_in(signal_ids))
        .sort("supplier", "signal_id")
    )
    return {
        "counts": _counts(rows["supplier"], order.height),
        "signal": _codes(rows["signal_id"], signal_ids),
        "status": _dictionary(rows["status"]),
        "value": _significant(rows["value"]),
        "peer": _significant(rows["peer_value"]),
        "points": _rounded(rows["points"], 1),
        "period": _dictionary(rows["period"]),
        "observedTo": _dictionary(rows["observed_to"].cast(pl.String)),
        "sources": _dictionary(rows["sources"]),
        "origin": _dictionary(_public_origin(rows["origin"])),
        "sentence": _dictionary(rows["sentence"]),
    }


def _sites(sites: pl.DataFrame, order: pl.DataFrame) -> tuple[dict[str, object], pl.DataFrame]:
    rows = sites.join(order, on="supplier_id").sort("supplier", "site_id").with_row_index("site")
    shown = pl.col("location_is_public") & pl.col("has_measurable_location")
    rows = rows.with_columns(
        *(
            pl.when(shown).then(pl.col(name).cast(pl.Float64).round(2)).alias(name)
            for name in ("latitude", "longitude")
        )
    )
    columns: dict[str, object] = {
        "counts": _counts(rows["supplier"], order.height),
        "id": rows["site_id"].to_list(),
        "name": rows["site_name"].to_list(),
        "area": _dictionary(rows["admin_area"]),
        "precision": _dictionary(rows["location_precision"]),
        "reason": _dictionary(rows["location_reason"]),
        "measurable": rows["has_measurable_location"].cast(pl.Int8).to_list(),
        "latitude": rows["latitude"].to_list(),
        "longitude": rows["longitude"].to_list(),
    }
    return columns, rows.select("site_id", "site")


def _site_values(
    site_values: pl.DataFrame, site_order: pl.DataFrame, signal_ids: Sequence[str]
) -> dict[str, object]:
    rows = (
        site_values.join(site_order, on="site_id")
        .filter(pl.col("signal_id").is_in(signal_ids))
        .sort("site", "signal_id")
    )
    return {
        "counts": _counts(rows["site"], site_order.height),
        "signal": _codes(rows["signal_id"], signal_ids),
        "value": _significant(rows["value"]),
    }


def _signal(card: SignalCard) -> dict[str, object]:
    return {
        "id": card.id,
        "title": card.title,
        "pillar": card.pillar.value,
        "unit": card.unit,
        "grade": card.evidence_grade.value,
        "sources": list(card.sources),
        "ilo": [ILO_LABELS[link.indicator] for link in card.ilo if link.strength > 0],
        "limits": list(card.limits),
    }


def _source(card: SourceCard) -> dict[str, object]:
    return {
        "title": card.title,
        "publisher": card.publisher,
        "url": card.url,
        "licence": card.licence.id,
        "licenceUrl": card.licence.url,
    }


def _dictionary(values: pl.Series) -> dict[str, object]:
    """Distinct texts in sorted order, and for each row its place there, or -1 for null."""
    texts = values.cast(pl.String).drop_nulls().unique().sort()
    return {"texts": texts.to_list(), "codes": _codes(values, texts.to_list())}


def _codes(values: pl.Series, texts: Sequence[str]) -> list[int]:
    index = pl.DataFrame(
        {"text": texts, "code": range(len(texts))}, schema={"text": pl.String, "code": pl.Int32}
    )
    found = pl.DataFrame({"text": values.cast(pl.String)}).join(
        index, on="text", how="left", maintain_order="left"
    )
    return found["code"].fill_null(-1).to_list()


def _counts(groups: pl.Series, count: int) -> list[int]:
    """Rows of each of the groups 0..count - 1."""
    found = groups.cast(pl.Int64).alias("group").value_counts(name="rows")
    every = pl.DataFrame({"group": range(count)}, schema={"group": pl.Int64})
    counted = every.join(found, on="group", how="left", maintain_order="left")
    return counted["rows"].fill_null(0).to_list()


def _rounded(values: pl.Series, decimals: int) -> list[float | None]:
    rounded: list[float | None] = values.cast(pl.Float64).round(decimals).to_list()
    return rounded


def _significant(values: pl.Series) -> list[float | None]:
    rounded: list[float | None] = (
        values.cast(pl.Float64).round_sig_figs(_SIGNIFICANT_DIGITS).to_list()
    )
    return rounded


def _public_origin(origins: pl.Series) -> pl.Series:
    """Web addresses as they are; of a local file its name only, never the folder it lies in."""
    is_address = origins.str.starts_with("https://")
    name = origins.str.extract(r"([^/\\]+)$")
    return pl.select(pl.when(is_address).then(origins).otherwise(name)).to_series()
