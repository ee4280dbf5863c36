"""What a supplier shares with others of the list, on its page."""

from dataclasses import replace

import polars as pl

from reports.tables.shared_group_lines import shared_group_lines
from suppliers.relations.shared_groups import GROUP_SCHEMA
from tests.reports.tables.test_list_hits import flagged


def test_each_supplier_of_a_group_has_a_line_with_the_share_of_spend_where_it_is_known() -> None:
    bundle = flagged("import_ban")
    groups = pl.DataFrame(
        [
            ("parent", "Mill Group", 3, "s1 s2 s3", 50.0, "EUR", 0.125, "gleif"),
            ("same_site", "First Mill", 2, "s1 s4", None, None, None, "supplier_list"),
        ],
        schema=GROUP_SCHEMA,
        orient="row",
    )
    lines = shared_group_lines(replace(bundle, tables={**bundle.tables, "shared_groups": groups}))
    assert lines.filter(supplier_id="s1").select("kind", "sentence").rows() == [
        ("Shared parent",
         "3 of your suppliers belong to Mill Group, with 12.5 % of your spend."),
        ("Shared site", "2 of your suppliers have a site at the place of First Mill."),
    ]  # fmt: skip
    assert lines["supplier_id"].sort().to_list() == ["s1", "s1", "s2", "s3", "s4"]
    assert shared_group_lines(bundle).is_empty()
