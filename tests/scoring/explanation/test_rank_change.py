"""Two months read under both methods."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from scoring.explanation.rank_change import ReadMonth, movement_ledger
from scoring.explanation.rank_decomposition import PARTS
from scoring.normalisation.peer_groups import peer_keys
from tests.scoring.sample import CARDS, card, model, scored, suppliers, values

BEFORE = {
    "a": {"accounts": 0.9, "forest": 0.9},
    "b": {"accounts": 0.5, "forest": 0.5},
    "c": {"accounts": 0.1, "forest": 0.2},
    "d": {"accounts": 0.4},
}
AFTER = {
    "a": {"accounts": 0.2, "forest": 0.1},
    "b": {"accounts": 0.5, "forest": 0.5},
    "c": {"accounts": 0.1, "forest": 0.3},
    "d": {"accounts": 0.4, "forest": 0.4},
}


def month(table, using):
    listed = suppliers(list(table)).sort("supplier_id")
    keys = peer_keys(listed, None)
    return ReadMonth(lambda: values(table), listed["supplier_id"], keys, using, None)


def rows_of(ledger):
    return {row["supplier_id"]: row for row in ledger.to_dicts()}


def test_ranks_are_the_published_ones_and_parts_say_why():
    using = model()
    rows = rows_of(movement_ledger(month(BEFORE, using), month(AFTER, using)))
    for table, when in ((BEFORE, "rank_before"), (AFTER, "rank_after")):
        published = dict(scored(table, using).scores.select("supplier_id", "rank").rows())
        for name, rank in published.items():
            if rank is not None:
                assert rows[name][when] == rank
    # Among the others of before it falls to 2 (level with c), among those of now from 1 to 4.
    assert rows["a"]["rank_change_from_own_data"] == pytest.approx((1 + 3) / 2)
    assert rows["a"]["rank_change_from_peers"] == pytest.approx((0 + 2) / 2)
    assert rows["d"]["rank_change_from_coverage"] == pytest.approx(-1.5)
    assert not rows["d"]["was_ranked"]
    assert rows["b"]["rank_change_from_own_data"] == 0
    assert rows["b"]["sentence"].startswith("Up 1 rank: its own data 0, ")


def test_a_changed_method_alone_is_all_method():
    rows = rows_of(
        movement_ledger(
            month(BEFORE, model()), month(BEFORE, model(lines={"forest": {"weight": 0.0}}))
        )
    )
    # Without the forest pillar no one has two pillars: all four lose their score together.
    assert {row["is_ranked"] for row in rows.values()} == {False}
    moved = movement_ledger(month(BEFORE, model()), month(BEFORE, model(exponent=1.0)))
    assert moved.select(pl.sum_horizontal(PARTS)).to_series().to_list() == [0.0] * 4


def test_a_signal_that_only_one_method_knows_is_the_methods_part():
    cards = {name: CARDS[name] for name in ("accounts", "forest")}
    more = cards | {"noise": card("noise", "sentiment")}
    later = {name: {**row, "noise": 1.0 if name == "c" else 0.0} for name, row in BEFORE.items()}
    ledger = movement_ledger(month(BEFORE, model(cards)), month(later, model(more)))
    rows = rows_of(ledger)
    assert rows["c"]["rank_change"] < 0
    total = ledger.select(pl.sum_horizontal(PARTS)).to_series().to_numpy()
    np.testing.assert_allclose(total, ledger["rank_change"].to_numpy())


def test_nobody_in_common_gives_no_parts():
    using = model()
    other = {f"x{name}": row for name, row in AFTER.items()}
    ledger = movement_ledger(month(BEFORE, using), month(other, using))
    assert set(ledger["kind"]) == {"new", "gone"}
    assert ledger["rank_change"].null_count() == 8
    assert ledger.filter(supplier_id="xb")["rank_after"][0] == 1


def test_a_month_that_is_at_hand_is_not_read_again():
    using = model()
    before, after = month(BEFORE, using), month(AFTER, using)
    read_before = replace(after, risks=after.read_by(after))
    assert read_before.read_by(read_before) is read_before.risks
    assert movement_ledger(before, read_before).equals(movement_ledger(before, after))
