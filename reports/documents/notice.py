"""The notice to a supplier: data used about it, result, and how to contest them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl
import yaml
from markupsafe import Markup, escape

from configs.config_errors import UsageError
from reports.documents.document_pages import page, said
from reports.documents.evidence_index import sources_of
from reports.languages.catalogue import LANGUAGES as OF_THE_REPORT
from reports.languages.catalogue import Translator, translator
from reports.languages.sentences import Sentences
from reports.wording import SYNTHETIC_NOTICE
from scoring.explanation.counterfactual import SUPPLIER_CONTROLLED
from scoring.explanation.sentences import quantity, unit_text
from scoring.explanation.value_change import exceeds_error
from signals.card import Pillar, SignalCard, SourceCard, Status

#: Languages of the notice by code; those other than English are marked for review in the text.
LANGUAGES = ("en", "es", "fr", "pt", "id", "vi", "de", "ar")

#: No comparison with fewer other suppliers: a single one could be identified.
MIN_PEERS = 10

_HAS_VALUE = (Status.OBSERVED.value, Status.CONTESTED.value)


@dataclass(frozen=True)
class SupplierRecord:
    """What a published run holds about one supplier.

    Attributes:
        run_id: name of the run.
        as_of: its as-of date.
        is_synthetic: the data are synthetic.
        supplier: the supplier's row of the ranked table.
        contributions: of every supplier of the run, past `reports.redistribution.disclosable`.
        earlier: day and contributions of earlier runs, oldest first.
        flags: its rows of `flags.csv`: list, listed_name, listed_on, matched_via, status, reason,
            link.
    """

    run_id: str
    as_of: dt.date
    is_synthetic: bool
    supplier: Mapping[str, object]
    contributions: pl.DataFrame
    earlier: Sequence[tuple[dt.date, pl.DataFrame]] = ()
    flags: Sequence[Mapping[str, str | None]] = ()

    @property
    def supplier_id(self) -> str:
        """Id of the supplier."""
        return str(self.supplier["supplier_id"])

    def own(self) -> pl.DataFrame:
        """The supplier's own contributions, most points first."""
        return self.contributions.filter(pl.col("supplier_id") == self.supplier_id).sort(
            "points", "signal_id", descending=[True, False], nulls_last=True
        )


@dataclass(frozen=True)
class Change:
    """A value that reads otherwise than in an earlier run."""

    signal: str
    since: dt.date
    is_better: bool


def words(language: str) -> Mapping[str, object]:
    """The texts of the notice in a language.

    Raises:
        UsageError: the notice is not written in this language.
    """
    return texts_in(language, "notices", "notice")


@cache
def texts_in(language: str, folder: str, document: str) -> Mapping[str, object]:
    """The texts of a document to a supplier in a language.

    Args:
        language: one of `LANGUAGES`.
        folder: of `reports/assets`, with a file for each language.
        document: what a user calls it.

    Raises:
        UsageError: the document is not written in this language.
    """
    if language not in LANGUAGES:
        raise UsageError(f"--language {language}: the {document} is in {', '.join(LANGUAGES)}")
    text = files("reports").joinpath("assets", folder, f"{language}.yaml").read_text("utf-8")
    found: Mapping[str, object] = yaml.safe_load(text)
    return found


def benchmark(
    record: SupplierRecord, cards: Mapping[str, SignalCard]
) -> list[tuple[str, float, int]]:
    """How the supplier's values compare with those of the other suppliers, which stay anonymous.

    Returns:
        Title of the signal, share of the others that are as good or less good, and their number;
        only signals that the supplier itself can change, and only where at least `MIN_PEERS`
        others have a value.
    """
    rows = []
    own = _controlled(record.own(), cards)
    for signal_id, value in own.select("signal_id", "value").iter_rows():
        card = cards[signal_id]
        others = record.contributions.filter(
            (pl.col("signal_id") == signal_id)
            & (pl.col("supplier_id") != record.supplier_id)
            & pl.col("value").is_not_null()
        )["value"]
        if others.len() >= MIN_PEERS:
            passed = others >= value if card.direction == 1 else others <= value
            rows.append((card.title, float(passed.sum()) / others.len(), others.len()))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def changes(record: SupplierRecord, cards: Mapping[str, SignalCard]) -> list[Change]:
    """Values that differ from the first of the earlier runs, the better ones first.

    Only what the supplier itself can change, and only by more than the measurement errors.
    """
    now = _controlled(record.own(), cards)
    earlier = [
        _controlled(contributions, cards)
        .filter(pl.col("supplier_id") == record.supplier_id)
        .select(
            "signal_id",
            value_before="value",
            stderr_before="stderr",
            since=pl.lit(since, dtype=pl.Date),
        )
        for since, contributions in record.earlier
    ]
    if not earlier:
        return []
    first = pl.concat(earlier).unique("signal_id", keep="first", maintain_order=True)
    moved = now.join(first, on="signal_id").filter(
        exceeds_error(
            pl.col("value"), pl.col("value_before"), pl.col("stderr"), pl.col("stderr_before")
        )
    )
    found = [
        Change(cards[signal_id].title, since, (value - before) * cards[signal_id].direction < 0)
        for signal_id, value, before, since in moved.select(
            "signal_id", "value", "value_before", "since"
        ).iter_rows()
    ]
    return sorted(found, key=lambda change: (not change.is_better, change.signal))


def render_notice(
    record: SupplierRecord,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
    language: str,
    contact: str,
) -> str:
    """The notice as one page, print-ready, in the direction its language is written in.

    Args:
        record: the supplier in a published run.
        signal_cards: by signal id.
        source_cards: by source id.
        language: one of `LANGUAGES`.
        contact: where the supplier writes to.

    Raises:
        UsageError: the notice is not written in this language.
    """
    text = words(language)
    sentences = notice_sentences(language, signal_cards)
    moved = changes(record, signal_cards)
    return page(
        "notice.html.j2",
        "notice.css",
        language=language,
        words=text,
        record=record,
        tier=_priority_band(text, record.supplier),
        said=lambda english: said(sentences, english),
        figure=sentences.figure,
        title=sentences.text,
        used=_used(record, signal_cards, source_cards, sentences),
        unknown=_unknown(record, signal_cards),
        better=[change for change in moved if change.is_better],
        worse=[change for change in moved if not change.is_better],
        benchmark=benchmark(record, signal_cards),
        least_peers=MIN_PEERS,
        contact=contact,
        synthetic_notice=SYNTHETIC_NOTICE,
        apart=apart,
    )


def signals_used(record: SupplierRecord) -> list[str]:
    """Ids of the signals with a value, for the receipt."""
    return sorted(record.own().filter(pl.col("status").is_in(_HAS_VALUE))["signal_id"])


def _controlled(rows: pl.DataFrame, cards: Mapping[str, SignalCard]) -> pl.DataFrame:
    """Rows with a value of signals that the supplier itself can change: no drought, no news.

    Runs of earlier versions have no standard error; it counts as not stated.
    """
    pillars = [pillar.value for pillar in SUPPLIER_CONTROLLED]
    if "stderr" not in rows.columns:
        rows = rows.with_columns(stderr=pl.lit(None, dtype=pl.Float64))
    return rows.filter(
        pl.col("value").is_not_null(),
        pl.col("pillar").is_in(pillars),
        pl.col("signal_id").is_in(list(cards)),
    )


def _priority_band(text: Mapping[str, object], supplier: Mapping[str, object]) -> str:
    """The band in the notice's language; while the supplier contests it, that it is not used."""
    if supplier.get("priority_band_is_frozen"):
        return str(text["contested"])
    priority_band = str(supplier["priority_band"])
    priority_bands = text["tiers"]
    if not isinstance(priority_bands, Mapping):
        raise TypeError("the words of the notice hold no names of the priority bands")
    return str(priority_bands.get(priority_band, priority_band.replace("_", " ")))


def _used(
    record: SupplierRecord,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
    sentences: Sentences,
) -> list[dict[str, object]]:
    rows = record.own().filter(pl.col("status").is_in(_HAS_VALUE))
    return [
        {
            "title": signal_cards[row["signal_id"]].title,
            "is_context": row["pillar"] == Pillar.CONTEXT.value,
            "value": shown_in(row["value"], row["unit"], sentences),
            "peer": shown_in(row["peer_value"], row["unit"], sentences),
            "date": row["data_through"],
            "sources": sources_of(row, signal_cards[row["signal_id"]], source_cards),
        }
        for row in rows.iter_rows(named=True)
        if row["signal_id"] in signal_cards
    ]


def _unknown(record: SupplierRecord, cards: Mapping[str, SignalCard]) -> list[str]:
    known = (*_HAS_VALUE, Status.NOT_APPLICABLE.value)
    rows = record.own().filter(
        ~pl.col("status").is_in(known) & (pl.col("pillar") != Pillar.CONTEXT.value)
    )
    return sorted(cards[name].title for name in rows["signal_id"] if name in cards)


def shown(value: float | None, unit: str) -> str | None:
    """A value with its unit, as the sentences write it; None stays None."""
    if value is None:
        return None
    number = pl.select(quantity(pl.lit(value, dtype=pl.Float64), unit)).item()
    words_of_unit = unit_text(unit)
    if words_of_unit[:1].isdigit():
        return f"{number} ({words_of_unit})"
    return f"{number} {words_of_unit}".strip()


def shown_in(value: float | None, unit: str, sentences: Sentences) -> Markup | None:
    """The same in the language of the sentences, or with its unit marked as English."""
    english = shown(value, unit)
    if english is None:
        return None
    words_of_unit = unit_text(unit)
    form = " ({})" if words_of_unit[:1].isdigit() else " {}" if words_of_unit else "{}"
    number = escape(sentences.figure(english.removesuffix(form.format(words_of_unit))))
    return number + Markup(form).format(said(sentences, words_of_unit) if words_of_unit else "")


@cache
def _arabic() -> Mapping[str, str]:
    """Titles and units of signals in Arabic, which is a language of the notice alone."""
    text = files("reports").joinpath("assets", "notices", "signals.ar.yaml").read_text("utf-8")
    found: Mapping[str, str] = yaml.safe_load(text)
    return found


def notice_sentences(language: str, cards: Mapping[str, SignalCard]) -> Sentences:
    """What writes titles, units and figures in the language of a notice.

    Args:
        language: one of `LANGUAGES`.
        cards: of the signals.
    """
    if language in OF_THE_REPORT:
        return Sentences(translator(language), cards)
    return Sentences(Translator(language, _arabic(), {}), cards)


def apart(text: str) -> str:
    """Text whose own direction leaves that of the sentence around it alone."""
    return f"\u2068{text}\u2069"
