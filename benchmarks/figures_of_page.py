"""Figures of the report page: its embedded data, its tiles, and what a browser shows of it."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.shown_figures import (
    RUN,
    nothing,
    shown,
    significant_decimals,
    texts,
)
from scoring.explanation.sentences import quantity
from tests.reports.browser import Page

OUTPUT = "report.html"

_DATA = re.compile(
    r'<script type="application/json" id="report-data" data-encoding="([a-z0-9-]+)">(.*?)</script>',
    re.DOTALL,
)
_TILE = re.compile(r'<div class="tile[^"]*"><dt>(.*?)</dt><dd[^>]*>(.*?)</dd></div>', re.DOTALL)
_TAB = re.compile(r'data-view="(\w+)"[^>]*>[^<]*<span class="count">([\d,]+)</span>')

#: Figures of a supplier that the page carries, with decimals as shown.
_WHOLE = (
    "rank", "rank_p05", "rank_p95", "rank_within_country", "context_position",
    "context_position_p05", "context_position_p95", "rank_before", "rank_change",
    "order_with_overrides", "csddd_rank", "lksg_rank",
)  # fmt: skip
_POINTS = (
    "score", "score_best_case", "score_worst_case", "country_context_score", "score_vs_peers",
    "peer_median_score",
)  # fmt: skip
_SHARES = ("evidence_coverage", "prob_top_k", "prob_same_band")


def embedded(page: str) -> dict[str, Any]:
    """The data in the page, unpacked.

    Raises:
        ValueError: the page has none.
    """
    found = _DATA.search(page)
    if found is None:
        raise ValueError("the page has no embedded data")
    encoding, text = found.groups()
    if encoding == "json":
        plain: dict[str, Any] = json.loads(text)
        return plain
    packed = json.loads(gzip.decompress(base64.b64decode(text)))
    unpacked: dict[str, Any] = _unpacked(packed)
    return unpacked


def _unpacked(data: Any) -> Any:
    """Undoes `reports.page.html_packing.packed`."""
    if isinstance(data, list):
        return [_unpacked(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "planes" not in data:
        return {name: _unpacked(value) for name, value in data.items()}
    length = data["length"]
    planes = np.frombuffer(base64.b64decode(data["planes"]), dtype=np.uint8).reshape(-1, length)
    codes = np.zeros(length, dtype=np.int64)
    for place, plane in enumerate(planes):
        codes += plane.astype(np.int64) << (8 * place)
    values = (codes - 1 + data["least"]) / 10.0 ** data["decimals"]
    if "exponents" in data:
        exponents = _unpacked(data["exponents"])
        powers = np.array([0 if one is None else one for one in exponents], dtype=np.float64)
        values = values * 10.0**powers
    return [None if code == 0 else float(value) for code, value in zip(codes, values, strict=True)]


def page_figures(path: Path) -> Iterator[pl.DataFrame]:
    """Figures of the tiles, the tabs and the data of a report."""
    page = path.read_text(encoding="utf-8")
    yield from _tiles(page)
    data = embedded(page)
    suppliers = data["suppliers"]
    ids = suppliers["id"]
    steps = suppliers["rank"] or [None] * len(ids)
    columns: dict[str, Sequence[float | None] | None] = dict(suppliers)
    columns["rank"] = [
        None if step is None else rank
        for step, rank in zip(steps, accumulate(step or 0 for step in steps), strict=True)
    ]
    for name, sign in (("rank_p05", -1), ("rank_p95", 1)):
        if suppliers[name] is not None and columns["rank"] is not None:
            columns[name] = [
                None if rank is None or distance is None else rank + sign * distance
                for rank, distance in zip(columns["rank"], suppliers[name], strict=True)
            ]
    if data["ranksWithheld"] is not None:
        columns["rank"] = None
    for names, decimals, factor in ((_WHOLE, 0, 1), (_POINTS, 1, 1), (_SHARES, 1, 100)):
        for name in names:
            yield _column(ids, name, columns.get(name), decimals, factor)
    yield _bands(data)
    for place, card in enumerate(data["signals"]):
        yield from _signal(ids, card, data["evidence"][place])


def _column(
    subjects: Sequence[str],
    name: str,
    values: Sequence[float | None] | None,
    decimals: int,
    factor: float,
) -> pl.DataFrame:
    if values is None:
        return nothing()
    scaled = [None if value is None else _scaled(value, factor) for value in values]
    return pl.DataFrame({"subject": subjects, "value": scaled}, strict=False).select(
        "subject",
        pl.lit(name).alias("figure"),
        pl.lit(OUTPUT).alias("output"),
        pl.col("value").cast(pl.Float64),
        pl.lit(None, pl.String).alias("text"),
        pl.lit(decimals, pl.Int64).alias("decimals"),
        pl.lit(None, pl.Float64).alias("error"),
    ).filter(pl.col("value").is_not_null())  # fmt: skip


def _scaled(value: float, factor: float) -> float:
    """Times the factor, without what multiplying leaves in the last digits."""
    return value if factor == 1 else round(factor * value, 6)


def _signal(
    ids: Sequence[str], card: Mapping[str, Any], column: Mapping[str, Any]
) -> Iterator[pl.DataFrame]:
    subjects = [f"{supplier}/{card['id']}" for supplier in ids]
    yield _column(subjects, "points", column["points"], 1, 1)
    for name, key in (("value", "value"), ("peer_value", "peer")):
        if column[key] is not None:
            yield _column(subjects, name, column[key], 0, 1).with_columns(
                significant_decimals(pl.col("value")).alias("decimals")
            )
    yield texts(OUTPUT, subjects, "sentence", whole_sentences(card, column, len(ids)))


def whole_sentences(
    card: Mapping[str, Any],
    column: Mapping[str, Any],
    count: int,
    marks: tuple[str, str] = (",", "."),
) -> list[str | None]:
    """The sentences of a signal for so many suppliers, with their figures.

    The page keeps a sentence once for all suppliers and writes the figures back into it, with the
    marks of the language between groups of digits and before decimals.
    """
    group, point = marks
    nulls: list[float | None] = [None] * count
    frame = pl.DataFrame(
        {
            "text": [text_at(column["sentence"], row) for row in range(count)],
            "value": nulls if column["value"] is None else column["value"],
            "peer": nulls if column["peer"] is None else column["peer"],
        },
        schema_overrides={"text": pl.String, "value": pl.Float64, "peer": pl.Float64},
        strict=False,
    )
    text = pl.col("text")
    for mark, name in (("\u0001", "value"), ("\u0002", "peer")):
        figure = quantity(pl.col(name), str(card["unit"])).fill_null("")
        in_language = (
            figure.str.replace_all(",", "\u0003", literal=True)
            .str.replace_all(".", point, literal=True)
            .str.replace_all("\u0003", group, literal=True)
        )
        text = text.str.replace(mark, in_language, literal=True)
    return frame.select(text.alias("text"))["text"].to_list()


def _bands(data: Mapping[str, Any]) -> pl.DataFrame:
    suppliers = data["suppliers"]
    frozen = suppliers["priority_band_is_frozen"] or [0] * len(suppliers["id"])
    bands = [
        data["labels"]["contested"] if is_frozen else data["priorityBands"][int(code)]["label"]
        for code, is_frozen in zip(suppliers["priority_band"], frozen, strict=True)
    ]
    return texts(OUTPUT, suppliers["id"], "priority band", bands)


def text_at(column: Any, row: int) -> str | None:
    """The text of a column of the page at a row."""
    if isinstance(column, list):
        text: str | None = column[row]
        return text
    code = column["codes"] if isinstance(column["codes"], int) else column["codes"][row]
    return None if code < 0 else str(column["texts"][int(code)])


def _tiles(page: str) -> Iterator[pl.DataFrame]:
    tiles = {_words(title): _words(content) for title, content in _TILE.findall(page)}
    patterns = {
        "Ranked": {
            "suppliers ranked": r"^([\d,]+)",
            "suppliers insufficient": r"([\d,]+) with insufficient",
        },
        "Evidence coverage": {"median evidence coverage": r"^([\d.]+) %"},
        "Explained by country": {
            "variance explained by country": r"^([\d.]+) %",
            "rank correlation with country": r"correlation (-?[\d.]+)",
        },
        "Sources with data": {
            "sources with data": r"^([\d,]+)", "sources unavailable": r"([\d,]+) unavailable",
        },
    }  # fmt: skip
    for title, figures in patterns.items():
        for figure, pattern in figures.items():
            found = re.search(pattern, tiles.get(title, ""))
            yield shown(f"{OUTPUT}, tile {title}", RUN, figure, found and found[1])
    yield from _top(tiles)
    tabs = dict(_TAB.findall(page))
    for view, figure in (("ranked", "suppliers ranked"), ("insufficient", "suppliers insufficient"),
                         ("rejected", "rejected rows")):  # fmt: skip
        yield shown(f"{OUTPUT}, tab {view}", RUN, figure, tabs.get(view))


def _top(tiles: Mapping[str, str]) -> Iterator[pl.DataFrame]:
    """The tile of the top k, whose title holds k, and that of rank changes."""
    for title, text in tiles.items():
        if title.startswith("Top "):
            patterns = {
                "suppliers certain of the top": r"^([\d,]+)",
                "suppliers borderline": r"([\d,]+) borderline",
                "suppliers of first priority": r"([\d,]+) in the first priority band",
            }
        elif title.startswith("Since "):
            patterns = {"entered the top": r"^([\d,]+) in", "left the top": r"([\d,]+) out"}
        else:
            continue
        for figure, pattern in patterns.items():
            found = re.search(pattern, text)
            yield shown(f"{OUTPUT}, tile {title}", RUN, figure, found and found[1])


def _words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


#: In the text of an opened supplier: figure, pattern and whether a percent sign follows.
_PANEL = {
    "rank": r"\nRank\s+([\d,]+)=?\s",
    "suppliers ranked": r"\nRank\s+[\d,]+=?\s+of ([\d,]+)",
    "score": r"\nScore\s+([\d.]+)\s+of 100",
    "evidence_coverage": r"Evidence coverage\s+([\d.]+)\s%",
    "rank_p05": r"90 % interval ([\d,]+)",
    "rank_p95": r"90 % interval [\d,]+\u2013([\d,]+)",
    "rank_within_country": r"; rank ([\d,]+) of [\d,]+ in ",
    "suppliers_ranked_in_country": r"; rank [\d,]+ of ([\d,]+) in ",
    "prob_top_k": r"in the top [\d,]+ in ([\d.]+)\s% of simulations",
    "prob_same_band": r"in this priority band in ([\d.]+)\s%",
    "score_best_case": r"as good as the best tenth of the peers: ([\d.]+)",
    "score_worst_case": r"as bad as the worst tenth: ([\d.]+)\.",
    "peer_median_score": r"of the same signals the score would be ([\d.]+)\.",
    "csddd_rank": r"CSDDD rank\s+([\d,]+)",
    "lksg_rank": r"LkSG rank\s+([\d,]+)",
    "rank_before": r"(?:Up|Down) [\d,]+ ranks?, from ([\d,]+)\.",
}


def browser_figures(page: Page, suppliers: Sequence[str]) -> Iterator[pl.DataFrame]:
    """What the opened report shows in the panel of each supplier.

    Args:
        page: with the report open.
        suppliers: ids.
    """
    for supplier, text in panel_texts(page, suppliers).items():
        for figure, pattern in _PANEL.items():
            found = re.search(pattern, f"\n{text}")
            subject = RUN if figure == "suppliers ranked" else supplier
            yield shown(f"{OUTPUT}, panel", subject, figure, found and found[1])


def panel_texts(page: Page, suppliers: Sequence[str]) -> dict[str, str]:
    """The text of the panel of each supplier in the opened report."""
    shown_texts = {}
    for supplier in suppliers:
        page.value(f"location.hash = '#supplier=' + encodeURIComponent({json.dumps(supplier)})")
        page.wait(f"document.getElementById('panel').innerText.includes({json.dumps(supplier)})")
        shown_texts[supplier] = str(page.value("document.getElementById('panel').innerText"))
    return shown_texts
