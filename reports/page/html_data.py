"""The data of the report page: columns, not rows, with each distinct text stored once.

Suppliers keep the order of the ranked table, and every column of the evidence has one entry per
supplier. Sites follow in the order of their suppliers, site values in that of their sites, and
`counts` says how many each one has.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.sentences import Sentences
from reports.page.html_columns import dictionary
from reports.page.html_embedding import EmbeddedData, embed
from reports.page.html_evidence import (
    RISK_STEPS,
    columns_of_signals,
    evidence,
    rows_of_page,
    site_values,
)
from reports.page.html_flags import page_flags
from reports.page.html_packing import plain
from reports.page.html_rankings import find_first
from reports.page.html_series import past_ranks, series
from reports.page.html_supplier_columns import priority_bands, site_columns, supplier_columns
from reports.page.map_layers import map_layers
from reports.page.map_outlines import land
from reports.tables.code_titles import titles_of
from reports.tables.land_figures import page_figures
from reports.tables.list_checks import without_entry
from reports.tables.list_hits import facts, hits
from reports.tables.next_step import LADDER, STEP_LABELS
from reports.tables.purchasing_practices import own_practices
from reports.tables.reasons import leading_pillars
from reports.tables.shared_group_lines import shared_group_lines
from reports.wording import (
    ABOVE_INTERVAL,
    BELOW_INTERVAL,
    CONTESTED_LABEL,
    ILO_LABELS,
    INVISIBLE_LABELS,
    PILLAR_LABELS,
    STATUS_LABELS,
)
from scoring.aggregation.priority_bands import PriorityBand
from signals.card import SignalCard, SourceCard

#: Of the embedded data; with script, style and texts the page then stays below 3 MB.
MAX_BYTES = 2_750_000

#: Suppliers of a page, from the first: with more, a browser is slow. Tables have all.
MAX_SUPPLIERS = 50_000

#: A longer list is not written out whole to see whether it fits.
_TRIED_WHOLE = 10_000

#: Of the figures of a supplier, until that is measured; and the margin where it was too little.
_BYTES_OF_A_SUPPLIER, _MARGIN = 120, 1.25

#: Share of the room for figures that may stay empty: another try costs more than it adds.
_EMPTY = 0.2


def fitting(
    bundle: ReportBundle, ranked: pl.DataFrame, sentences: Sentences
) -> tuple[dict[str, object], EmbeddedData]:
    """The page's data, and the same as text of at most `MAX_BYTES` where that can be.

    A list too long for it keeps every supplier with its rank, bounds, status and risks, and
    figures and sentences for as many suppliers from the top as fit, and for the audit budget in
    any case. Beyond `MAX_SUPPLIERS` a page has only the first.
    """
    page = _PageData(bundle, ranked.head(MAX_SUPPLIERS), sentences)
    count = page.order.height
    if count <= _TRIED_WHOLE:
        contents = page.with_figures(count)
        text = embed(contents)
        if len(text.text) <= MAX_BYTES:
            return contents, text
    figures_for, of_a_supplier = min(count, bundle.top_k), float(_BYTES_OF_A_SUPPLIER)
    contents = page.with_figures(figures_for)
    text = embed(contents)
    full = MAX_BYTES - _EMPTY * (MAX_BYTES - len(text.text))
    while len(text.text) < min(full, MAX_BYTES):
        more = min(count - figures_for, int((MAX_BYTES - len(text.text)) / of_a_supplier))
        if more == 0:
            break
        wider = page.with_figures(figures_for + more)
        wider_text = embed(wider)
        of_a_supplier = (len(wider_text.text) - len(text.text)) / more
        if len(wider_text.text) <= MAX_BYTES:
            # Those that follow share texts with these: each takes fewer bytes.
            figures_for, contents, text = figures_for + more, wider, wider_text
        else:
            of_a_supplier *= _MARGIN
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
    data = page.with_figures(ranked.height if figures_for is None else figures_for)
    return {name: plain(value) for name, value in data.items()}


class _PageData:
    """The data of a page, of which only the evidence depends on who gets figures.

    Attributes:
        order: supplier_id and supplier (row of the page's list).
    """

    def __init__(self, bundle: ReportBundle, ranked: pl.DataFrame, words: Sentences) -> None:
        self.order = ranked.select("supplier_id").with_row_index("supplier")
        self._bundle, self._words = bundle, words
        rows = rows_of_page(bundle, self.order)
        listed = ranked
        for more in (leading_pillars(rows), own_practices(bundle, rows)):
            listed = listed.join(more, on="supplier_id", how="left", maintain_order="left")
        self._columns = columns_of_signals(bundle, rows, self.order)
        del rows
        self._shared = _shared(bundle, listed, self.order, words)

    def with_figures(self, figures_for: int) -> dict[str, object]:
        """All data, with figures for so many suppliers from the first; some lists are series."""
        bundle, words = self._bundle, self._words
        data = self._shared | {
            "evidence": evidence(
                self._columns,
                bundle.shared_rows,
                self.order.height,
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
    )
    sites, site_order, reasons = site_columns(bundle.sites, order)
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
        "priorityBands": priority_bands(listed),
        "signals": [_signal(card, words) for card in cards.values()],
        "sources": {source_id: _source(card) for source_id, card in sources.items()},
        "suppliers": supplier_columns(bundle, listed, words),
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
