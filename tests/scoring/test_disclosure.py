"""Accounts are compared within one disclosure regime: abridged ones never with full ones."""

import numpy as np
import polars as pl
import pytest

from scoring.normalisation.normalised_signals import normalise_signals
from scoring.normalisation.peer_groups import WHOLE_LIST, peer_groups, peer_keys
from signals.card import NOT_REQUIRED, Status
from signals.financial.statements import ACCOUNT_SOURCES
from tests.scoring.sample import ANCHORS, CARDS, PERCENTILE, card, model, scored, suppliers, values

ACCOUNTS = {**CARDS, "accounts": card("accounts", "financial", sources=ACCOUNT_SOURCES)}

#: Three micro-entities with thin accounts among three listed companies with stout ones.
VALUES = {"m1": 0.7, "m2": 0.8, "m3": 0.9, "l1": 0.1, "l2": 0.2, "l3": 0.3}
REGIMES = ["micro"] * 3 + ["listed"] * 3


def listed_suppliers(regimes=REGIMES, **columns):
    return suppliers(list(VALUES), disclosure_regime=regimes, **columns)


def read_accounts(normalise=PERCENTILE, regimes=REGIMES, minimum=2, **columns):
    table = {name: {"accounts": value, "forest": value} for name, value in VALUES.items()}
    using = model(
        ACCOUNTS,
        {"accounts": {"normalise": normalise}, "forest": {"normalise": normalise}},
        peers={"minimum": minimum, "levels": (("sector", "region", "size"), ("region",))},
    )
    normalised = normalise_signals(values(table), listed_suppliers(regimes, **columns), None, using)
    ids = [signal.signal_id for signal in normalised.own.signals]
    return normalised, ids.index("accounts"), ids.index("forest")


def by_id(normalised, column):
    return dict(zip(normalised.supplier_ids, column.round(6).tolist(), strict=True))


def test_percentiles_and_peer_values_stay_within_the_side_and_other_pillars_do_not_care():
    normalised, accounts, forest = read_accounts()
    own = normalised.own
    # (rank - 0.5) / 3 within each three; 0.8 and 0.2 are the middle values.
    third, half, rest = 1 / 6, 1 / 2, 5 / 6
    expected = {"m1": third, "m2": half, "m3": rest, "l1": third, "l2": half, "l3": rest}
    assert by_id(normalised, own.percentile[:, accounts]) == pytest.approx(expected, abs=1e-6)
    assert by_id(normalised, own.peer_value[:, accounts]) == {
        **dict.fromkeys(["m1", "m2", "m3"], 0.8),
        **dict.fromkeys(["l1", "l2", "l3"], 0.2),
    }
    assert set(by_id(normalised, own.peer_value[:, forest]).values()) == {0.5}


def test_robust_z_is_taken_within_the_side():
    normalised, accounts, forest = read_accounts({"method": "robust_z"})
    risk = by_id(normalised, normalised.own.risk[:, accounts])
    assert risk["m2"] == risk["l2"] == 0.5
    assert by_id(normalised, normalised.own.risk[:, forest])["m2"] > 0.7


def test_too_few_peers_never_widen_to_the_other_side():
    # Nobody reaches 20: the last level is the side, not the list.
    normalised, accounts, forest = read_accounts(minimum=20)
    assert by_id(normalised, normalised.own.peer_value[:, accounts])["m1"] == 0.8
    assert by_id(normalised, normalised.own.peer_value[:, forest])["m1"] == 0.5
    assert set(normalised.peer_group) == {WHOLE_LIST}


def test_a_small_company_joins_the_micro_entities_before_it_is_alone():
    normalised, accounts, _ = read_accounts(regimes=["micro", "micro", "small", *REGIMES[3:]])
    peers = by_id(normalised, normalised.own.peer_value[:, accounts])
    # The one small company has no second of its regime: all three abridged companies speak.
    assert (peers["m3"], peers["m1"], peers["l1"]) == (0.8, 0.75, 0.2)


@pytest.mark.parametrize(
    ("regime", "band", "expected"),
    [
        ("listed", "1-9", "listed"),
        (None, "1-9", "micro"),
        (None, "10-49", "small"),
        (None, "50-249", None),
        (None, None, None),
        ("full", None, "full"),
    ],
)
def test_the_filing_tells_the_regime_and_the_size_where_there_is_none(regime, band, expected):
    listed = suppliers(["a"], disclosure_regime=[regime], workforce_band=[band])
    assert peer_keys(listed, None)["disclosure"].to_list() == [expected]


def test_an_unknown_regime_is_compared_with_full_accounts():
    normalised, accounts, _ = read_accounts(
        regimes=["micro"] * 3 + ["listed", "full", None], workforce_band=["50-249"] * 6
    )
    peers = by_id(normalised, normalised.own.peer_value[:, accounts])
    assert [peers[name] for name in ("l1", "l2", "l3")] == [0.2] * 3


def test_every_level_is_split_and_none_mixes_the_sides():
    keys = peer_keys(listed_suppliers(), None)
    groups, (cells,) = peer_groups([keys], model().peers)
    split = groups.by_disclosure()
    assert len(split.level_names) == 2 * len(groups.level_names)
    for level in split.group_of_cell:
        micro, full = (set(level[cells][np.array(REGIMES) == name]) for name in ("micro", "listed"))
        assert not (micro & full) - {-1}


def test_a_reference_that_knows_nobody_of_the_side_gives_no_reading_against_peers():
    listed = listed_suppliers().filter(pl.col("disclosure_regime") == "listed")
    ids = listed["supplier_id"].to_list()
    lines = {"accounts": {"normalise": PERCENTILE}, "forest": {"normalise": ANCHORS}}
    using = model(ACCOUNTS, lines)
    table = {name: {"accounts": VALUES[name], "forest": 0.5} for name in VALUES}
    frozen = normalise_signals(
        values({name: table[name] for name in ids}), listed, None, using
    ).reference
    normalised = normalise_signals(values(table), listed_suppliers(), None, using, frozen)
    column = [signal.signal_id for signal in normalised.own.signals].index("accounts")
    risk = by_id(normalised, normalised.own.risk[:, column])
    assert np.isnan([risk[name] for name in ("m1", "m2", "m3")]).all()
    assert not np.isnan([risk[name] for name in ids]).any()


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_what_each_status_does_to_coverage(status):
    if status in (Status.OBSERVED, Status.CONTESTED):
        return
    result = scored({"a": {"accounts": status, "forest": 0.5, "drought": 0.5, "fires": 0.5}})
    coverage = result.scores["evidence_coverage"][0]
    assert coverage == pytest.approx(1.0 if status in NOT_REQUIRED else 2 / 3)
    text = result.contributions.filter(pl.col("signal_id") == "accounts")["sentence"][0]
    assert "not" in text or "too old" in text
