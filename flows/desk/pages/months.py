"""The months of a list: all runs, and what changed between two of them, and by which signal."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from flows.desk.lists.list_folders import shown_name
from flows.desk.pages.list_pages import frame_of, list_of, manifests_of
from flows.desk.pages.page import Page, Visit
from flows.run.folders.publication import latest_run

_A_PAGE = 50
_SIGNALS = 12
_MOST_PAGES = 100_000


def months_page(visit: Visit) -> Response:
    """The runs of the list, and two of them side by side."""
    import polars as pl

    from flows.desk.lists.month_tables import compared
    from flows.desk.views.months_view import change_line, pair_of, runs_shown, signal_lines
    from signals.registry import signals

    folder = list_of(visit)
    manifests = manifests_of(folder)
    runs = runs_shown(manifests, latest_run(folder.results))
    pair = pair_of(runs, visit.query.get("before", ""), visit.query.get("after", ""))
    frame = {**frame_of(folder, "/months"), "runs": runs, "pair": pair}
    if pair is None:
        return visit.page("months.html.j2", **frame)
    table, moved_signals = compared(folder, *pair)
    changed = table.filter(pl.col("kind") != "same")
    words = shown_name(visit.query.get("q", ""))
    shown = changed
    if words:
        name = pl.col("name").str.to_lowercase().str.contains(words.lower(), literal=True)
        shown = table.filter(name | (pl.col("supplier_id") == words))
    asked = visit.query.get("page", "1")
    page = int(asked) if asked.isdigit() and 0 < int(asked) < _MOST_PAGES else 1
    titles = {name: signal.card.title for name, signal in signals().items()}
    shows_ranks = not any(manifests[run_id].get("uncertainty", {}).get("reason") for run_id in pair)
    return visit.page(
        "months.html.j2",
        **frame,
        listed=table.height,
        changed=changed.height,
        rows=[
            change_line(row, titles, shows_ranks=shows_ranks)
            for row in shown.slice((page - 1) * _A_PAGE, _A_PAGE).to_dicts()
        ],
        count=shown.height,
        words=words,
        shows_ranks=shows_ranks,
        signals=signal_lines(moved_signals.head(_SIGNALS).to_dicts(), titles),
        as_of=[manifests[run_id]["as_of"] for run_id in pair],
        page=page,
        pages=max(1, -(-shown.height // _A_PAGE)),
        query=urlencode({"before": pair[0], "after": pair[1], "q": words}),
    )


PAGES = (Page("GET", "/lists/{list_id}/months", "read", months_page),)
