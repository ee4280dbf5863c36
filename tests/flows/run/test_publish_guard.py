"""What the publish guard finds between two runs, as a table of cases."""

from typing import Any

import polars as pl
import pytest

import configs
from configs.settings import Hold
from flows.run.folders.publish_guard import RunFacts, findings

LIMITS = configs.load(local=None).publish.hold


def source(
    source_id: str, status: str = "read", rows: int = 100, through: str | None = None
) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "title": source_id.upper(),
        "status": status,
        "reason": "HTTP 503." if status == "unavailable" else None,
        "rows": {"t": rows} if rows else {},
        "data_through": through,
    }


def run(
    run_id: str = "now",
    ranks: dict[str, int | None] | None = None,
    *,
    half_width: int = 2,
    bands: dict[str, str] | None = None,
    sources: tuple[dict[str, Any], ...] = (),
    alarm: tuple[str, ...] = (),
    as_of: str = "2022-03-01",
    scoring: str = "2",
) -> RunFacts:
    """A run of thirty suppliers, ranked 1 to 30 unless `ranks` says otherwise."""
    ranks = {f"s{n}": n for n in range(1, 31)} if ranks is None else ranks
    ranks = pl.DataFrame(
        [
            {
                "supplier_id": supplier_id,
                "rank": rank,
                "rank_p05": None if rank is None else max(rank - half_width, 1),
                "rank_p95": None if rank is None else rank + half_width,
                "priority_band": (bands or {}).get(supplier_id, "second_priority"),
            }
            for supplier_id, rank in ranks.items()
        ],
        schema_overrides={"rank": pl.Int32, "rank_p05": pl.Int32, "rank_p95": pl.Int32},
    )
    manifest = {
        "run_id": run_id,
        "as_of": as_of,
        "sources": list(sources),
        "drift": {"alarm": list(alarm), "usual": [f"u{n}" for n in range(20 - len(alarm))]},
        "config": {"signals": {}, "scoring": {"version": scoring}},
    }
    return RunFacts(manifest, ranks)


EVERYBODY = {f"s{n}": n for n in range(1, 31)}
REVERSED = {f"s{n}": 31 - n for n in range(1, 31)}


def without_rank(count: int) -> dict[str, int | None]:
    return {f"s{n}": n if n <= 30 - count else None for n in range(1, 31)}


def other_names(count: int) -> dict[str, int | None]:
    return {f"{'x' if n <= count else 's'}{n}": n for n in range(1, 31)}


def other_bands(count: int) -> dict[str, str]:
    return {f"s{n}": "first_priority" for n in range(1, count + 1)}


CASES: list[tuple[str, RunFacts, RunFacts, list[str]]] = [
    ("unchanged", run(), run("before"), []),
    ("nobody now", run(ranks=without_rank(30)), run("before"), ["nothing_ranked"]),
    ("nobody ever", run(ranks=without_rank(30)), run("before", without_rank(30)), []),
    ("somebody after nobody", run(), run("before", without_rank(30)), []),
    ("3 of 30 lose their rank", run(ranks=without_rank(3)), run("before"), []),
    ("4 of 30 lose their rank", run(ranks=without_rank(4)), run("before"), ["ranked_fall"]),
    ("15 of 30 left the list", run(ranks=other_names(15)), run("before"), []),
    ("16 of 30 left the list", run(ranks=other_names(16)), run("before"), ["list_change"]),
    ("a source is out", run(sources=(source("a", "unavailable", 0),)),
     run("before", sources=(source("a"),)), ["source_lost"]),
    ("a source is read without a row", run(sources=(source("a", rows=0),)),
     run("before", sources=(source("a"),)), ["source_lost"]),
    ("a source is switched off", run(sources=(source("a", "not_set_up", 0),)),
     run("before", sources=(source("a"),)), []),
    ("a source never spoke", run(sources=(source("a", "unavailable", 0),)),
     run("before", sources=(source("a", "unavailable", 0),)), []),
    ("half of the rows", run(sources=(source("a", rows=50),)),
     run("before", sources=(source("a"),)), []),
    ("less than half of the rows", run(sources=(source("a", rows=49),)),
     run("before", sources=(source("a"),)), ["source_rows_fall"]),
    ("few rows vary", run(sources=(source("a", rows=2),)),
     run("before", sources=(source("a", rows=19),)), []),
    ("the order turns round", run(ranks=REVERSED), run("before"), ["rank_jump"]),
    ("wide intervals overlap", run(ranks=REVERSED, half_width=30),
     run("before", half_width=30), []),
    ("another method may turn it round", run(ranks=REVERSED, scoring="3"), run("before"), []),
    ("7 of 30 change band", run(bands=other_bands(7)), run("before"), []),
    ("8 of 30 change band", run(bands=other_bands(8)), run("before"), ["band_jump"]),
    ("2 of 20 signals drift", run(alarm=("a", "b")), run("before"), []),
    ("3 of 20 signals drift", run(alarm=("a", "b", "c")), run("before"), ["drift"]),
    ("the ledger was not renewed",
     run(sources=(source("buyer_ledger", through="2021-12-28"),)),
     run("before", as_of="2022-02-01", sources=(source("buyer_ledger", through="2021-12-28"),)),
     ["ledger_days"]),
    ("the ledger is of last month", run(sources=(source("buyer_ledger", through="2022-01-31"),)),
     run("before", as_of="2022-02-01", sources=(source("buyer_ledger", through="2021-12-31"),)),
     []),
    ("an old ledger was accepted before",
     run(sources=(source("buyer_ledger", through="2021-09-30"),)),
     run("before", as_of="2022-02-01", sources=(source("buyer_ledger", through="2021-09-30"),)),
     []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "rules"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_holds_a_run(now: RunFacts, before: RunFacts, rules: list[str]) -> None:
    found = findings(now, before, LIMITS)
    assert [one.rule for one in found] == rules
    assert all(not one.sentence.endswith(".") for one in found)


def test_a_list_twice_as_long_is_no_jump_of_ranks() -> None:
    longer = {f"s{n}": 2 * n for n in range(1, 31)} | {f"n{n}": 2 * n - 1 for n in range(1, 31)}
    assert findings(run(ranks=longer), run("before"), LIMITS) == []


def test_limits_can_be_switched_off() -> None:
    nothing = Hold(
        ranked_fall=1, list_change=1, source_lost=False, source_rows_fall=1, rank_jump=1,
        band_jump=1, drift=1, ledger_days=9999,
    )  # fmt: skip
    for name, now, before, _ in CASES:
        rules = [one.rule for one in findings(now, before, nothing)]
        assert rules == (["nothing_ranked"] if name == "nobody now" else [])


def test_a_list_that_changed_is_told_what_to_do() -> None:
    (found,) = findings(run(ranks=other_names(30)), run("before"), LIMITS)
    assert found.sentence.startswith("30 of 30 ranked suppliers of run before are no longer")
    assert "--out" in found.sentence
    assert "on purpose" in found.sentence
