"""A folder of results belongs to one list: `latest`, the reference and the history are its own."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from flows.run.folders import publication, published_runs

# Fewer common suppliers than this share of the shorter list: another list.
_SAME_LIST_SHARE = 0.5


def reject_other_list(out: Path, title: str, supplier_ids: pl.Series) -> None:
    """Check that the list is the one whose runs lie in the folder.

    A list under the same title that shares few suppliers goes on: the guard holds its run.

    Raises:
        UsageError: neither the title nor the suppliers are those of the run that `latest` names.
    """
    run_id = publication.latest_run(out)
    if run_id is None:
        return
    other = str(published_runs.read_manifest(out / run_id)["config"]["title"])
    if other == title:
        return
    known = published_runs.read_ranked(out / run_id, ())["supplier_id"]
    common = int(supplier_ids.is_in(known.implode()).sum())
    if common >= _SAME_LIST_SHARE * min(known.len(), supplier_ids.len()):
        return
    raise UsageError(
        f"--out {out}: this folder holds the runs of another list ({other}), and {common} of "
        f"{supplier_ids.len()} suppliers of {title} are on it; name another folder with --out, or "
        "keep the title if it is the same list"
    )
