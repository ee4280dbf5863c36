"""The data of the report page: columns, not rows, with each distinct text stored once.

Suppliers keep the order of the ranked table, and every column of the evidence has one entry per
supplier. Sites follow in the order of their suppliers, site values in that of their sites, and
`counts` says how many each one has.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.sentences import Sentences
from reports.page.html_columns import (
    counts,
    dictionary,
    rounded,
    significant,
    steps,
    texts,
    whole,
)
from reports.page.html_evidence import RISK_STEPS, evidence, rows_of_signals, site_values
from reports.page.html_flags import page_flags
from reports.page.html_packing import packed
from reports.page.html_rankings import find_first, ranking_columns
from reports.page.html_series import past_ranks, series
from reports.page.map_layers import CELL_DEGREES, map_layers
from reports.page.map_outlines import land
from reports.tables.code_titles import titles_of
from reports.tables.land_figures import page_figures
from reports.tables.list_checks import without_entry
from reports.tables.list_hits import facts, hits
from reports.tables.next_step import LADDER, STEP_LABELS
from reports.tables.reasons import leading_pillars
from reports.tables.shared_group_lines import shared_group_lines
from reports.tables.shown_figures import POINTS_DECIMALS, SHARE_DECIMALS
from reports.wording import (
    ABOVE_INTERVAL,
    BAND_LABELS,
    BELOW_INTERVAL,
    CONTESTED_LABEL,
    ILO_LABELS,
    INVISIBLE_LABELS,
    PILLAR_LABELS,
    STATUS_LABELS,
    band_label,
)
from scoring.aggregation.priority_bands import PriorityBand
from signals.card import SignalCard, SourceCard

#: JSON longer than this is compressed; shorter data stay readable in the file.
COMPRESS_FROM_BYTES = 500_000

#: Half a second faster for 10,000 suppliers than the smallest, which is 3 % smaller.
_COMPRESSION = 7

#: Of the embedded data; with script, style and texts the page then stays below 3 MB.
MAX_BYTES = 2_750_000

#: The first suppliers of a list have more evidence than the last.
_MARGIN = 0.9

#: Suppliers of a page, from the first: with more, a browser is slow. Tables have all.
MAX_SUPPLIERS = 50_000

#: A longer list is not written out to see whether it fits: its size is estimated from the first.
_TRIED_WHOLE, _MEASURED = 10_000, 2_000

_TEXTS = (
    "sector", "next_step", "workforce_band", "parent", "commodity", "leading_pillar",
    "currency",
)  # fmt: skip
_SENTENCES = (
    "country", "insufficient_reason", "priority_band_note", "lowest_cost_data_gap",
    "next_step_reason", "shared_reason",
)  # fmt: skip
_POINTS = (
    "score", "score_best_case", "score_worst_case", "country_context_score", "score_absolute_scale",
    "score_vs_peers", "peer_median_score",
)  # fmt: skip
_SHARES = ("evidence_coverage", "prob_top_k", "ilo_indicator_coverage")


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


def fitting(
    bundle: ReportBundle, ranked: pl.DataFrame, sentences: Sentences
) -> tuple[dict[str, object], EmbeddedData]:
    """The page's data, and the same as text of at most `MAX_BYTES` where that can be.

    A list too long for it keeps every supplier with its rank, bounds, status and risks, and
    figures and sentences for as many suppliers from the top as fit. Beyond `MAX_SUPPLIERS` a page
    has only the first.
    """
    page = _PageData(bundle, ranked.head(MAX_SUPPLIERS), sentences)
    count = page.order.height
    if count <= _TRIED_WHOLE:
        contents = page.with_figures(count)
        text = embed(contents)
        if len(text.text) <= MAX_BYTES:
            return contents, text
        measured, measured_bytes = count, len(text.text)
    else:
        measured, measured_bytes = _MEASURED, len(embed(page.with_figures(_MEASURED)).text)
    least = len(embed(page.with_figures(0)).text)
    of_a_supplier = max(1.0, (measured_bytes - least) / measured)
    figures_for = min(count, max(0, int((MAX_BYTES - least) / of_a_supplier)))
    while True:
        figures_for = max(bundle.top_k, int(figures_for * _MARGIN))
        contents = page.with_figures(figures_for)
        text = embed(contents)
        if len(text.text) <= MAX_BYTES or figures_for == bundle.top_k:
            return contents, text


def page_data(
    bundle: ReportBundle,
    ranked: pl.DataFrame,
    figures_for: int | None = None,
    sentences: Sentences | None = None,
) -> dict[str, object]:
    """All that the page shows and can filter, ready for JSON.

    Coordinates of public sites are given to 0.01 degree, those of others to `CELL_DEGREES`.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
        figures_for: how many suppliers, from the first, get figures and sentences; None: all.
        sentences: of the run, with what they have translated already; None: not yet any.
    """
    page = _PageData(bundle, ranked, sentences or bundle.sentences.fresh())
    return page.with_figures(ranked.height if figures_for is None else figures_for)


class _PageData:
    """The data of a page, of which only the evidence depends on who gets figures.

    Attributes:
        order: supplier_id and supplier (row of the page's list).
    """

    def __init__(self, bundle: ReportBundle, ranked: pl.DataFrame, words: Sentences) -> None:
        self.order = ranked.select("supplier_id").with_row_index("supplier")
        self._bundle, self._words = bundle, words
        self._rows = rows_of_signals(bundle.contributions, bundle.earlier_values, self.order)
        self._shared = _shared(bundle, ranked, self.order, words)

    def with_figures(self, figures_for: int) -> dict[str, object]:
        """All data, with figures for so many suppliers from the first."""
        bundle, words = self._bundle, self._words
        data = self._shared | {
            "evidence": evidence(
                self._rows,
                bundle.without_values,
                self.order,
                bundle.signal_cards,
                figures_for,
                words,
            ),
            "figuresFor": figures_for,
        }
        return data | {"english": sorted(words.english)} if words.english else data


def _shared(
    bundle: ReportBundle, ranked: pl.DataFrame, order: pl.DataFrame, words: Sentences
) -> dict[str, object]:
    cards, sources = bundle.signal_cards, bundle.source_cards
    listed = ranked.join(
        bundle.suppliers.select(
            "supplier_id",
            "workforce_band",
            "parent",
            "currency",
            pl.col("commodity_hs").alias("commodity"),
            pl.col("annual_spend").cast(pl.Float64).alias("spend"),
        ),
        on="supplier_id",
        how="left",
        maintain_order="left",
    ).join(
        leading_pillars(bundle.contributions), on="supplier_id", how="left", maintain_order="left"
    )
    sites, site_order, reasons = _sites(bundle.sites, order)
    return {
        "asOf": bundle.as_of.isoformat(),
        "runId": bundle.run_id,
        "topK": bundle.top_k,
        "insufficientBand": PriorityBand.INSUFFICIENT_INFORMATION.value,
        "labels": {
            "aboveInterval": ABOVE_INTERVAL,
            "belowInterval": BELOW_INTERVAL,
            "contested": CONTESTED_LABEL,
            "status": dict(STATUS_LABELS),
            "pillar": dict(PILLAR_LABELS),
            "step": {step.value: label for step, label in STEP_LABELS.items()},
            "sector": titles_of(listed["sector"].unique(), "sector", words),
            "commodity": titles_of(listed["commodity"].unique(), "commodity", words),
        },
        "ladder": [step.value for step in LADDER],
        "invisible": list(INVISIBLE_LABELS),
        "priorityBands": _priority_bands(listed),
        "signals": [_signal(card, words) for card in cards.values()],
        "sources": {source_id: _source(card) for source_id, card in sources.items()},
        "suppliers": _suppliers(bundle, listed, words),
        "evidence": None,
        "figuresFor": None,
        "sites": sites | {"reason": dictionary(words.column(reasons))},
        "siteValues": site_values(bundle.site_signal_values, site_order, list(cards)),
        "series": series(bundle, order, words),
        "landFigures": page_figures(bundle, ranked, order),
        "ranks": past_ranks(bundle, order),
        "land": land(frozenset(bundle.sites["country_iso3"].drop_nulls()), words.language),
        "layers": map_layers(bundle, words),
        "ranksWithheld": bundle.ranks_withheld,
        "flags": page_flags(_in_language(hits(bundle), words), order),
        "facts": page_flags(_in_language(_facts(bundle), words), order),
        "find": find_first(bundle, order, words),
        "whatIf": _what_if(bundle.manifest),
    }


def _facts(bundle: ReportBundle) -> pl.DataFrame:
    """Public facts of the suppliers, what they share, and the lists that have no entry of them."""
    clear = without_entry(bundle.manifest, bundle.suppliers["supplier_id"], bundle.flags)
    return pl.concat([facts(bundle), shared_group_lines(bundle), clear])


def _in_language(listed: pl.DataFrame, words: Sentences) -> pl.DataFrame:
    return listed.with_columns(
        *(words.column(listed[name]) for name in ("kind", "sentence")),
        _steps_in_language(listed["steps"], words),
    )


def _steps_in_language(steps: pl.Series, words: Sentences) -> pl.Series:
    """Lines of words, a tab and an address, with the words in the language."""
    if words.language == "en" or steps.null_count() == len(steps):
        return steps
    found = {
        text: "\n".join(
            f"{words.text(line.partition(chr(9))[0])}\t{line.partition(chr(9))[2]}"
            for line in text.split("\n")
        )
        for text in steps.drop_nulls().unique()
    }
    return steps.replace_strict(found, default=None, return_dtype=pl.String)


def embed(data: Mapping[str, object]) -> EmbeddedData:
    """The data as text for a script element; long data compressed, equal data equal text."""
    text = _json(packed(data))
    if len(text) < COMPRESS_FROM_BYTES and len(plain := _json(data)) < COMPRESS_FROM_BYTES:
        return EmbeddedData("json", escaped(plain))
    small = gzip.compress(text.encode("utf-8"), compresslevel=_COMPRESSION, mtime=0)
    return EmbeddedData("gzip-base64", base64.b64encode(small).decode("ascii"))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def escaped(text: str) -> str:
    """JSON that cannot end the script element it is in."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _priority_bands(listed: pl.DataFrame) -> list[dict[str, str]]:
    present = set(listed["priority_band"].unique())
    known = [priority_band for priority_band in BAND_LABELS if priority_band in present]
    rest = sorted(present - set(known))
    return [
        {"id": priority_band, "label": band_label(priority_band)}
        for priority_band in (*known, *rest)
    ]


def _suppliers(bundle: ReportBundle, listed: pl.DataFrame, words: Sentences) -> dict[str, object]:
    priority_bands = [priority_band["id"] for priority_band in _priority_bands(listed)]
    rank = listed["rank"].cast(pl.Int64)
    return {
        "id": listed["supplier_id"].to_list(),
        "name": listed["name"].to_list(),
        "priority_band": [
            priority_bands.index(priority_band) for priority_band in listed["priority_band"]
        ],
        **{name: dictionary(listed[name]) for name in _TEXTS},
        **{name: dictionary(words.column(listed[name])) for name in _SENTENCES},
        "peer_group": dictionary(_peer_groups(listed["peer_group"], words)),
        # From the one before, and from the rank: small numbers compress.
        "rank": steps(rank),
        "rank_p05": whole(rank - listed["rank_p05"].cast(pl.Int64)),
        "rank_p95": whole(listed["rank_p95"].cast(pl.Int64) - rank),
        "rank_within_country": whole(listed["rank_within_country"]),
        "context_position": whole(listed["context_position"]),
        "context_position_p05": whole(listed["context_position_p05"]),
        "context_position_p95": whole(listed["context_position_p95"]),
        "suppliers_by_context": dictionary(listed["suppliers_by_context"].cast(pl.String)),
        "spend": significant(listed["spend"]),
        "peer_group_size": whole(listed["peer_group_size"]),
        **{name: rounded(listed[name], POINTS_DECIMALS) for name in _POINTS},
        **{name: rounded(listed[name], SHARE_DECIMALS) for name in _SHARES},
        **ranking_columns(bundle, listed, words),
    }


def _peer_groups(groups: pl.Series, words: Sentences) -> pl.Series:
    """What each group has in common, such as `sector, region`, word by word."""
    shown = {
        group: ", ".join(words.text(key) for key in group.split(", "))
        for group in groups.drop_nulls().unique()
    }
    return groups.replace_strict(shown, default=None, return_dtype=pl.String)


def _sites(
    sites: pl.DataFrame, order: pl.DataFrame
) -> tuple[dict[str, object], pl.DataFrame, pl.Series]:
    """Columns of the sites, their order, and why some of them cannot be measured."""
    rows = sites.join(order, on="supplier_id").sort("supplier", "site_id").with_row_index("site")
    rows = rows.with_columns(_shown(name).alias(name) for name in ("latitude", "longitude"))
    # Most ids of sites begin with that of the supplier, which the page has already.
    tail = pl.when(pl.col("site_id").str.starts_with(pl.col("supplier_id"))).then(
        pl.lit("\u0001") + pl.col("site_id").str.slice(pl.col("supplier_id").str.len_chars())
    )
    columns: dict[str, object] = {
        "counts": counts(rows["supplier"], order.height),
        "id": texts(rows.select(tail.otherwise("site_id")).to_series()),
        "name": texts(rows["site_name"]),
        "area": texts(rows["admin_area"]),
        "precision": dictionary(rows["location_precision"]),
        "measurable": rows["has_measurable_location"].cast(pl.Int8).to_list(),
        "public": rows["location_is_public"].cast(pl.Int8).to_list(),
        "latitude": rows["latitude"].to_list(),
        "longitude": rows["longitude"].to_list(),
    }
    return columns, rows.select("site_id", "site", "supplier"), rows["location_reason"]


def _shown(name: str) -> pl.Expr:
    """A coordinate as the page may show it; null where the site has no location of its own."""
    value = pl.col(name).cast(pl.Float64)
    coarse = ((value / CELL_DEGREES).floor() + 0.5) * CELL_DEGREES
    shown = pl.when(pl.col("location_is_public")).then(value.round(2)).otherwise(coarse)
    return pl.when(pl.col("has_measurable_location")).then(shown)


def _what_if(manifest: Mapping[str, object]) -> dict[str, object] | None:
    """What the page needs to rank again; None where the manifest does not say how it was done."""
    config = manifest.get("config")
    scoring = config.get("scoring") if isinstance(config, Mapping) else None
    if not isinstance(scoring, Mapping):
        return None
    missing = scoring["missing"]
    return {
        "riskSteps": RISK_STEPS,
        "exponent": scoring["exponent"],
        "pillars": dict(scoring["pillars"]),
        "minimumCoverage": missing["minimum_coverage"],
        "minimumPillars": missing["minimum_own_pillars"],
    }


def _signal(card: SignalCard, words: Sentences) -> dict[str, object]:
    return {
        "id": card.id,
        "title": words.text(card.title),
        "pillar": card.pillar.value,
        "unit": card.unit if words.language == "en" else words.unit(card.unit),
        "direction": card.direction,
        "grade": card.evidence_grade.value,
        "sources": list(card.sources),
        "ilo": [ILO_LABELS[link.indicator] for link in card.ilo if link.strength > 0],
        "limits": [words.text(limit) for limit in card.limits],
    }


def _source(card: SourceCard) -> dict[str, object]:
    return {
        "title": card.title,
        "publisher": card.publisher,
        "url": card.url,
        "licence": card.licence.id,
        "licenceUrl": card.licence.url,
    }
