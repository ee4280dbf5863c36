"""The result as a long table: one row per supplier and risk category, with score and rationale."""

from __future__ import annotations

import polars as pl

from reports.exports.export import UNKNOWN
from reports.exports.published_run import PublishedRun, band_text, reason_text, usable_score
from reports.wording import PILLAR_LABELS, SHORT_NOTICE
from scoring.explanation.sentences import quantity, unit_text
from signals.card import Status
from signals.source_used import SOURCE_SEPARATOR

OVERALL = "Priority for due diligence"
_ORDER = ("supplier_id", "category", "subcategory")


def risk_rows(run: PublishedRun) -> pl.DataFrame:
    """Overall score and every applicable signal of every supplier.

    Returns:
        supplier_id, name, category (the pillar, or the overall priority), subcategory (the signal),
        raw_score (text: the value with its unit, `Unknown` without one), normalised_score (0-100,
        higher is more risk; null where it is unknown, withheld by a licence or contested),
        rationale, as_of (day that the data describe) and source (what the value was read from). The
        overall row of each supplier is the first of its rows.
    """
    names = run.ranked.select("supplier_id", "name")
    return pl.concat([_overall(run), _signals(run).join(names, on="supplier_id").select(_COLUMNS)])


_COLUMNS = (
    "supplier_id", "name", "category", "subcategory", "raw_score", "normalised_score",
    "rationale", "as_of", "source",
)  # fmt: skip


def _overall(run: PublishedRun) -> pl.DataFrame:
    rows = []
    for supplier in run.ranked.iter_rows(named=True):
        score = usable_score(supplier)
        band = band_text(supplier, UNKNOWN)
        rows.append(
            {
                "supplier_id": supplier["supplier_id"],
                "name": supplier["name"],
                "category": OVERALL,
                "subcategory": "Overall",
                "raw_score": band if score is None else f"{score:.1f} ({band})",
                "normalised_score": None if score is None else round(score, 1),
                "rationale": f"{reason_text(supplier)} {SHORT_NOTICE}".strip(),
                "as_of": run.as_of,
                "source": f"Understory, run {run.run_id}",
            }
        )
    schema = dict.fromkeys(_COLUMNS, pl.String) | {
        "normalised_score": pl.Float64,
        "as_of": pl.Date,
    }
    return pl.DataFrame(rows, schema=schema)


def _signals(run: PublishedRun) -> pl.DataFrame:
    rows = run.contributions.filter(pl.col("status") != Status.NOT_APPLICABLE.value)
    cards = run.signal_cards
    titles = {name: card.title for name, card in cards.items()}
    contested = pl.col("status") == Status.CONTESTED.value
    return rows.with_columns(
        category=pl.col("pillar").replace_strict(PILLAR_LABELS, default=pl.col("pillar")),
        subcategory=pl.col("signal_id").replace_strict(titles, default=pl.col("signal_id")),
        raw_score=_raw_score(rows["unit"].unique().to_list()),
        normalised_score=pl.when(~contested).then((100 * pl.col("risk")).round(1)),
        rationale=pl.col("sentence"),
        as_of=pl.coalesce("data_through", pl.lit(run.as_of)),
        source=_source_titles(run),
    ).sort(*_ORDER)


def _raw_score(units: list[str]) -> pl.Expr:
    """The value as sentences write it, with its unit."""
    text = pl.lit(UNKNOWN)
    for unit in units:
        words = unit_text(unit)
        shown = f" ({words})" if words[:1].isdigit() else f" {words}" if words else ""
        is_of = (pl.col("unit") == unit) & pl.col("value").is_not_null()
        value = pl.concat_str(quantity(pl.col("value"), unit), pl.lit(shown))
        text = pl.when(is_of).then(value).otherwise(text)
    return text


def _source_titles(run: PublishedRun) -> pl.Expr:
    """Titles of the sources that gave the value; of those that could, where none did."""
    titles = {name: card.title for name, card in run.source_cards.items()}
    element = pl.element()
    used = pl.col("source_used").str.split(SOURCE_SEPARATOR)
    able = pl.col("candidate_sources").str.split(", ")
    return (
        pl.coalesce(used, able)
        .list.eval(element.replace_strict(titles, default=element))
        .list.join("; ")
    )
