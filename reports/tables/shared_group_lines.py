"""What a supplier shares with others of the list, in sentences for its page."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.tables.relation_tables import relation_table
from reports.tables.shown_figures import percent_text

#: Kinds of the lines, by the kind of the group.
KINDS = {"parent": "Shared parent", "same_site": "Shared site", "same_address": "Shared address"}
_PLACES = {"same_site": "have a site", "same_address": "have their address"}


def shared_group_lines(bundle: ReportBundle) -> pl.DataFrame:
    """One row per supplier and group that it belongs to; a group has at least two suppliers.

    Returns:
        supplier_id, kind, sentence, link and steps, as `reports.tables.list_hits.facts`. The share
        of spend is left out where it is not known for the whole group.
    """
    columns = ("supplier_id", "kind", "sentence", "link", "steps")
    groups = relation_table(bundle, "shared_groups")
    rows = []
    for group in () if groups is None else groups.iter_rows(named=True):
        share = group["share_of_spend"]
        spend = "" if share is None else f", with {percent_text(share)} of your spend"
        others = group["supplier_ids"].split(" ")
        count = group["suppliers"]
        rows += [
            (supplier_id, KINDS[group["kind"]], _sentence(group, count, spend), None, None)
            for supplier_id in others
        ]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _sentence(group: dict[str, object], count: int, spend: str) -> str:
    if group["kind"] == "parent":
        return f"{count} of your suppliers belong to {group['shared_by']}{spend}."
    verb = _PLACES[str(group["kind"])]
    return f"{count} of your suppliers {verb} at the place of {group['shared_by']}{spend}."
