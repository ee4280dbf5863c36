"""What the page of months shows: the runs of a list, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flows.desk.views.results_view import months
from reports.languages.catalogue import message
from reports.tables.shown_figures import points_text

_KINDS = {
    "new": message("new on the list"),
    "gone": message("no longer on the list"),
    "gained_rank": message("ranked now"),
    "lost_rank": message("no longer ranked"),
    "same": message("unchanged"),
}


def runs_shown(
    manifests: Mapping[str, Mapping[str, Any]], latest: str | None
) -> list[dict[str, Any]]:
    """The runs of a list, the newest as-of date first, with what each is made of.

    Args:
        manifests: by run id.
        latest: the run that counts as the result of the list.
    """
    return [
        {
            **one,
            "read": sum(s["status"] == "read" for s in manifests[one["run_id"]]["sources"]),
            "decisions": manifests[one["run_id"]].get("decisions", {}).get("in_force", 0),
            "warnings": len(manifests[one["run_id"]]["warnings"]),
        }
        for one in months(manifests, latest)
    ]


def pair_of(runs: list[dict[str, Any]], before: str, after: str) -> tuple[str, str] | None:
    """The two runs that are compared: those asked for, or the newest and the month before it.

    Args:
        runs: the newest first, as `runs_shown` gives them.
        before: id asked for; an unknown one counts as none.
        after: id asked for; an unknown one counts as none.

    Returns:
        Ids of the earlier and the later run; None where there are not two.
    """
    known = [one["run_id"] for one in runs]
    if before in known and after in known and before != after:
        first, last = sorted((before, after), key=known.index, reverse=True)
        return first, last
    usable = [one for one in runs if one["state"] != "withdrawn"]
    newest = next((one for one in usable if one["is_latest"]), usable[0] if usable else None)
    if newest is None:
        return None
    earlier = [one for one in usable if one["as_of"] < newest["as_of"]]
    return (earlier[0]["run_id"], newest["run_id"]) if earlier else None


def change_line(
    row: Mapping[str, Any], titles: Mapping[str, str], *, shows_ranks: bool
) -> dict[str, Any]:
    """A supplier in two runs.

    Args:
        row: of `flows.desk.lists.month_tables.side_by_side`.
        titles: of signals by id.
        shows_ranks: false where a run withholds single ranks.
    """
    signal = row["signal_id"]
    moved = row["moved"] if row["kind"] == "moved" and shows_ranks else 0
    return {
        **row,
        "rank_before": row["rank_before"] if shows_ranks else None,
        "rank_after": row["rank_after"] if shows_ranks else None,
        "scores": " → ".join(
            "–" if row[name] is None else points_text(row[name])
            for name in ("score_before", "score_after")
        ),
        "change": _KINDS.get(row["kind"], ""),
        "up": max(0, moved),
        "down": max(0, -moved),
        "signal": "" if signal is None else titles.get(signal, signal),
        "signal_points": None if signal is None else f"{row['signal_points']:+.1f}",
    }


def signal_lines(
    rows: Iterable[Mapping[str, Any]], titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The signals that moved scores, rows of `changed_signals`."""
    return [
        {
            "title": titles.get(row["signal_id"], row["signal_id"]),
            "suppliers": row["suppliers"],
            "points": f"{row['points']:.1f}",
        }
        for row in rows
    ]
