"""What stands beside the score on the page: doubt, decisions, views, movement."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from reports.bundle import ReportBundle
from reports.html_columns import rounded, texts, whole

_WHOLE = ("rank_before", "rank_change", "order_with_overrides", "csddd_rank", "lksg_rank")
_PARTS = ("moved_own_data", "moved_coverage", "moved_peers", "moved_method")
_TEXTS = ("depends_most_on", "counterfactual", "restated", "override", "override_reason")
_SHARES = ("tier_stability",)


def beside(bundle: ReportBundle, order: pl.DataFrame) -> dict[str, object]:
    """Columns in the order of the page's suppliers; null where the run has no such frame."""
    joined = order
    for frame in _frames(bundle):
        joined = joined.join(frame, on="supplier_id", how="left", maintain_order="left")
    columns: dict[str, object] = {}
    for names, shape in _SHAPES:
        for name in names:
            columns[name] = shape(joined[name]) if name in joined.columns else None
    return columns


def _frames(bundle: ReportBundle) -> list[pl.DataFrame]:
    frames = []
    if bundle.doubt is not None:
        frames.append(bundle.doubt.select("supplier_id", "tier_stability", "depends_most_on"))
    return frames


_SHAPES: tuple[tuple[tuple[str, ...], Callable[[pl.Series], object]], ...] = (
    (_WHOLE, whole),
    (_PARTS, lambda values: rounded(values, 1)),
    (_TEXTS, texts),
    (_SHARES, lambda values: rounded(values, 3)),
)
