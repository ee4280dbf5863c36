"""Where the order does not hold, the list stands by priority band and says why."""

from dataclasses import replace
from pathlib import Path

from reports.tables.ranked_list import ranked_csv_table, ranked_table
from reports.write import write_outputs
from tests.reports.sample import sample_bundle

WHY = "Ranks are not printed: under small perturbations only 50% of the top tenth stays in it."


def test_no_rank_is_shown_and_every_row_says_so() -> None:
    bundle = replace(sample_bundle(), ranks_withheld=WHY)
    table = ranked_csv_table(ranked_table(bundle), bundle)
    assert table["rank"].null_count() == table.height
    assert table["note"].str.starts_with("Single ranks are not shown").all()
    priority_bands = table["priority_band"].to_list()
    # Each priority band stands together, and by id within: that tells no order.
    assert len(set(priority_bands)) == sum(
        1
        for before, after in zip([None, *priority_bands], priority_bands, strict=False)
        if before != after
    )
    for priority_band in set(priority_bands):
        ids = table.filter(priority_band=priority_band)["supplier_id"].to_list()
        assert ids == sorted(ids)


def test_the_whole_reason_stands_beside_the_list(tmp_path: Path) -> None:
    write_outputs(replace(sample_bundle(), ranks_withheld=WHY), tmp_path)
    assert WHY in (tmp_path / "READ-ME-FIRST.txt").read_text(encoding="utf-8")


def test_where_ranks_hold_nothing_changes() -> None:
    bundle = sample_bundle()
    table = ranked_csv_table(ranked_table(bundle), bundle)
    assert table["rank"].null_count() < table.height
