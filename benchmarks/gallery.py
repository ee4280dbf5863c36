"""Plots of a published run for notebooks: two months of the demo, with matplotlib."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

import configs
from flows.demo_world import DEMO_AS_OF, write_demo_world
from flows.run import stages
from flows.run.work.stage_types import RunRequest
from reports.wording import PILLAR_LABELS, STATUS_LABELS
from sql.published_tables import Marts, read_marts

ID = "gallery"
GOAL = "the plots of docs/how-to/notebooks.md from two months of the demo world"

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "images"

_MONTHS = (dt.date(2022, 2, 1), DEMO_AS_OF)
_SHOWN = 25
_SIZE = (7.2, 4.8)
_COLOURS = ("#a4471c", "#2f6a8f", "#b98a12", "#1d5a43", "#6d7a72", "#8a5a83")
_STATUS_COLOURS = {
    "observed": "#1d5a43",
    "too_old": "#b98a12",
    "not_covered": "#dde3df",
    "not_applicable": "#f4f6f4",
}
_CREDIT = "Understory demo world: synthetic data. Screening, not a finding."


def run() -> str:
    """Run two months of the demo world and draw every plot.

    Returns:
        How many plots there are.
    """
    with tempfile.TemporaryDirectory() as folder:
        world = write_demo_world(Path(folder) / "world")
        settings = configs.load(str(world.profile_path), local=None)
        for month in _MONTHS:
            published = stages.run_all(RunRequest(settings, month, Path(folder) / "out"))
        drawn = draw(read_marts(published.folder), PICTURES)
    for path in drawn:
        print(path.name)
    return f"{len(drawn)} plots"


def draw(marts: Marts, folder: Path) -> list[Path]:
    """Draw every plot of the gallery into a folder.

    Args:
        marts: a run that is not the first of its list.
        folder: where the pictures go, as `gallery_<name>.png`.
    """
    made = []
    for name, plot in PLOTS.items():
        figure, axes = plt.subplots(figsize=_SIZE, layout="constrained")
        plot(marts, axes)
        axes.spines[["top", "right"]].set_visible(False)
        figure.supxlabel(_CREDIT, fontsize=7, color="#55625b")
        made.append(folder / f"gallery_{name}.png")
        figure.savefig(made[-1], dpi=110, metadata={"Software": None})
        plt.close(figure)
    return made


def _first(marts: Marts) -> pl.DataFrame:
    return marts.ranked.drop_nulls("rank").sort("rank", "supplier_id").head(_SHOWN)


def place_intervals(marts: Marts, axes: Axes) -> None:
    """Rank intervals of the top k."""
    first = _first(marts)
    rows = np.arange(first.height)
    axes.hlines(rows, first["rank_p05"], first["rank_p95"], color="#a9c6b7", linewidth=5)
    axes.plot(first["rank"], rows, "|", color="#1d5a43", markersize=9, markeredgewidth=2)
    axes.set_yticks(rows, first["supplier_id"].to_list(), fontsize=7)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set(xlabel="rank (90 % of simulations)", title="Ranks and their intervals")


def probability_of_the_top(marts: Marts, axes: Axes) -> None:
    """Where the cut line is sharp and where it is not."""
    scored = marts.ranked.drop_nulls("rank").sort("rank")
    top_k = marts.manifest["config"]["scoring"]["top_k"]
    axes.plot(scored["rank"], scored["prob_top_k"], ".", color="#1d5a43", markersize=4)
    axes.axvline(top_k + 0.5, color="#55625b", linestyle="--")
    axes.set(xlabel="place", ylabel=f"probability of the top {top_k}", title="Borderline suppliers")


def points_by_pillar(marts: Marts, axes: Axes) -> None:
    """What lifts the first suppliers above their typical peer."""
    first = _first(marts)["supplier_id"]
    sums = (
        marts.contributions.filter(pl.col("pillar") != "context")
        .group_by("supplier_id", "pillar")
        .agg(pl.col("points").sum())
    )
    up, down = np.zeros(first.len()), np.zeros(first.len())
    pillars = sorted(sums["pillar"].unique())
    for pillar, colour in zip(pillars, _COLOURS, strict=False):
        part = first.to_frame().join(
            sums.filter(pillar=pillar), on="supplier_id", how="left", maintain_order="left"
        )
        points = part["points"].fill_null(0.0).to_numpy()
        base = np.where(points >= 0, up, down)
        axes.barh(np.arange(first.len()), points, left=base, color=colour,
                  label=PILLAR_LABELS[pillar])  # fmt: skip
        up, down = up + np.maximum(points, 0), down + np.minimum(points, 0)
    axes.set_yticks(np.arange(first.len()), first.to_list(), fontsize=7)
    axes.invert_yaxis()
    axes.axvline(0, color="#17211c", linewidth=0.8)
    axes.legend(fontsize=7, frameon=False)
    axes.set(xlabel="contribution against the peer median", title="Contributions of the top k")


def scores_by_country(marts: Marts, axes: Axes) -> None:
    """How far countries overlap: a list of countries could not have made this order."""
    scored = marts.ranked.drop_nulls("score")
    countries = scored.group_by("country_iso3").agg(pl.col("score").median()).sort("score")
    names = countries["country_iso3"].to_list()
    parts = [scored.filter(country_iso3=name)["score"].to_numpy() for name in names]
    axes.boxplot(parts, orientation="horizontal", widths=0.6, medianprops={"color": "#a4471c"})
    axes.set_yticks(np.arange(1, len(names) + 1), names, fontsize=8)
    share = marts.manifest["countries"]["r_squared"]
    axes.set(xlabel="score", title=f"Countries alone explain {share:.0%} of the spread")


def evidence_at_hand(marts: Marts, axes: Axes) -> None:
    """Which signals are seen, and why the others are not."""
    weighted = marts.contributions.filter(pl.col("weight") > 0)
    counted = weighted.group_by("signal_id", "status").agg(pl.len().alias("suppliers"))
    observed = counted.filter(status="observed").sort("suppliers", "signal_id", descending=True)
    seen = observed["signal_id"].to_list()
    left = np.zeros(len(seen))
    for status, colour in _STATUS_COLOURS.items():
        numbers = dict(counted.filter(status=status).select("signal_id", "suppliers").iter_rows())
        width = np.array([numbers.get(name, 0) for name in seen])
        axes.barh(np.arange(len(seen)), width, left=left, color=colour, label=STATUS_LABELS[status])
        left += width
    axes.set_yticks(np.arange(len(seen)), seen, fontsize=6)
    axes.invert_yaxis()
    axes.legend(fontsize=7, frameon=False, loc="lower right")
    axes.set(xlabel="suppliers", title="Evidence available")


def movement_parts(marts: Marts, axes: Axes) -> None:
    """Rank changes since the month before; the parts sum exactly."""
    moved = (
        marts.tables["movements"]
        .drop_nulls("rank_change")
        .sort(pl.col("rank_change").abs(), "supplier_id", descending=[True, False])
        .head(_SHOWN)
    )
    up, down = np.zeros(moved.height), np.zeros(moved.height)
    for part, colour in zip(
        (
            "rank_change_from_own_data",
            "rank_change_from_coverage",
            "rank_change_from_peers",
            "rank_change_from_method",
        ),
        _COLOURS,
        strict=False,
    ):
        places = -moved[part].to_numpy()
        base = np.where(places >= 0, up, down)
        axes.barh(np.arange(moved.height), places, left=base, color=colour,
                  label=part.replace("_", " "))  # fmt: skip
        up, down = up + np.maximum(places, 0), down + np.minimum(places, 0)
    axes.set_yticks(np.arange(moved.height), moved["supplier_id"].to_list(), fontsize=7)
    axes.invert_yaxis()
    axes.axvline(0, color="#17211c", linewidth=0.8)
    axes.legend(fontsize=7, frameon=False)
    axes.set(xlabel="ranks up", title="Reasons for rank changes since the month before")


#: By the name of the picture.
PLOTS: Mapping[str, Callable[[Marts, Axes], None]] = {
    "places": place_intervals,
    "chance": probability_of_the_top,
    "pillars": points_by_pillar,
    "countries": scores_by_country,
    "evidence": evidence_at_hand,
    "movements": movement_parts,
}
