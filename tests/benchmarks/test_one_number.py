"""Every figure of a run is the same in all of its outputs, and a difference is found."""

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from benchmarks.figures_of_changes import changes_shown, named_without_points
from benchmarks.figures_of_languages import language_differences, numbers_in
from benchmarks.one_number import check_run
from benchmarks.shown_figures import (
    RUN,
    SCHEMA,
    differences,
    full,
    number_of,
    shown,
    shown_though_withheld,
    texts,
)
from reports.bundle import ReportBundle
from reports.write import write_outputs
from tests.reports.months import with_earlier_runs
from tests.reports.sample import sample_bundle

WHY = "Ranks are not printed: they are not stable."


def _written(bundle: ReportBundle, out: Path, reason: str | None = None) -> str:
    """The outputs of a run, with what the verbs read in its manifest."""
    config = bundle.manifest["config"]
    assert isinstance(config, dict)
    scoring = {"top_k": bundle.top_k, **config["scoring"]}
    ranks = bundle.scores["prob_top_k"].cast(pl.Float64).drop_nulls()
    manifest = {
        **bundle.manifest,
        "as_of": bundle.as_of.isoformat(),
        "is_synthetic": True,
        "purpose": "prioritise_support",
        "config": {"title": bundle.title, "scoring": scoring},
        "uncertainty": {
            "top_k": bundle.top_k,
            "reason": reason,
            "certain": int((ranks >= 0.95).sum()),
            "interchangeable": int(ranks.is_between(0.05, 0.95, closed="none").sum()),
        },
    }
    whole = replace(bundle, manifest=manifest, ranks_withheld=reason)
    write_outputs(whole, out / bundle.run_id)
    return bundle.run_id


def _decided(bundle: ReportBundle) -> ReportBundle:
    first = bundle.scores.drop_nulls("rank")
    decided = first.select(
        "supplier_id",
        pl.col("rank").cast(pl.Int64),
        "priority_band",
        override=pl.lit(None, pl.String),
        override_reason=pl.lit(None, pl.String),
        override_evidence_link=pl.lit(None, pl.String),
        override_expires_on=pl.lit(None, pl.Date),
        override_has_expired=pl.lit(False),
        priority_band_is_frozen=pl.col("rank") == 2,
        order_with_overrides=pl.col("rank").cast(pl.Int64),
    )
    return bundle.with_tables(overrides=decided)


@pytest.mark.parametrize(
    ("count", "insufficient", "reason"),
    [(28, 6, None), (3, 1, None), (12, 0, WHY), (5, 5, None)],
    ids=["list", "two ranked", "ranks withheld", "none ranked"],
)
def test_all_outputs_of_a_run_show_one_number(
    tmp_path: Path, count: int, insufficient: int, reason: str | None
) -> None:
    bundle = sample_bundle(count, insufficient, hostile=False)
    if insufficient < count:
        bundle = _decided(with_earlier_runs(bundle))
    run_id = _written(bundle, tmp_path, reason)
    suppliers = [bundle.scores["supplier_id"][place] for place in (0, 1, count - 1)]
    checked = check_run("sample", tmp_path, run_id, suppliers=suppliers)
    assert checked.found.to_dicts() == []
    assert checked.figures > 10 * count


def test_a_signal_of_no_points_is_in_no_output_said_to_have_to_change(tmp_path: Path) -> None:
    bundle = sample_bundle(8, 0, hostile=False)
    first = bundle.scores.sort("rank")["supplier_id"][0]
    of_first = bundle.contributions.filter(pl.col("supplier_id") == first, pl.col("points") >= 1)
    named = of_first.collect()["signal_id"][0]
    changes = pl.DataFrame(
        [(first, named, 1, 0.5, 0.2, 5.0, 2.0)],
        schema=[
            "supplier_id",
            "signal_id",
            "order",
            "risk",
            "needed_risk",
            "value",
            "needed_value",
        ],
        orient="row",
    )
    bundle = replace(bundle, needed_changes=changes)
    folder = tmp_path / "with" / _written(bundle, tmp_path / "with")
    assert {output for output, _, _ in changes_shown(folder)} == {
        "ranked.csv", "ranked.parquet", "report.html",
    }  # fmt: skip
    assert named_without_points(folder).is_empty()
    none = pl.when(pl.col("signal_id") == named).then(0.04).otherwise("points")
    without = replace(bundle, contributions=bundle.contributions.with_columns(points=none))
    folder = tmp_path / "without" / _written(without, tmp_path / "without")
    assert named_without_points(folder)["figure"].to_list() == [named] * 3


@pytest.mark.long
def test_two_languages_show_the_same_numbers_and_a_difference_is_found(tmp_path: Path) -> None:
    bundle = _decided(with_earlier_runs(sample_bundle(12, 2, hostile=False)))
    for language in ("en", "de"):
        _written(replace(bundle, language=language), tmp_path / language)
    english, german = (tmp_path / language / bundle.run_id for language in ("en", "de"))
    count, found = language_differences(english, german, "de")
    assert found.to_dicts() == []
    assert count > 10_000
    page = german / "report.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(re.sub(r"\d+\.000 EUR", "99.000 EUR", text, count=1), encoding="utf-8")
    _, found = language_differences(english, german, "de")
    (seen,) = found["seen"].to_list()
    assert "de: 99000 x 1" in seen


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("1,204.50 of 3", "en", {"1204.50": 1, "3": 1}),
        ("1.204,50 von 3", "de", {"1204.50": 1, "3": 1}),
        ("2022-03-01", "en", {"2022": 1, "1": 1}),
        ("1 March 2022", "en", {"2022": 1, "1": 1}),
        ("1. März 2022, 01.03.2022", "de", {"2022": 2, "1": 2}),
        ("1 tháng 3, 2022", "vi", {"2022": 1, "1": 1}),
        ("CC BY 4.0, version 1.2.3, EU 2024/3015", "en", {}),
        (7, "en", {"7.0": 1}),
        (None, "de", {}),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(
    text: object, language: str, numbers: dict[str, int]
) -> None:
    assert numbers_in(text, language) == numbers


def test_a_number_that_differs_in_one_output_is_found(tmp_path: Path) -> None:
    run_id = _written(with_earlier_runs(sample_bundle(hostile=False)), tmp_path)
    path = tmp_path / run_id / "ranked.csv"
    first, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rest[0] = rest[0].replace("1,", "2,", 1)
    path.write_text(first + "".join(rest), encoding="utf-8")
    found = check_run("sample", tmp_path, run_id).found
    assert found["figure"].to_list() == ["rank"]


def test_the_tile_shows_the_decimals_of_the_list(tmp_path: Path) -> None:
    run_id = _written(sample_bundle(hostile=False), tmp_path)
    page = (tmp_path / run_id / "report.html").read_text(encoding="utf-8")
    # The median of 1, 0.8125 and 0.625, a third of the suppliers each.
    assert "<dt>Evidence coverage</dt><dd>81.2 %" in page


_CASES = {
    "rounds to it": ([full("a", "s", "score", 81.06), shown("b", "s", "score", "81.1")], None),
    "half may go either way": (
        [full("a", "s", "score", 81.25), shown("b", "s", "score", "81.2")],
        None,
    ),
    "decimals": (
        [shown("a", RUN, "coverage", "86"), shown("b", RUN, "coverage", "86.1")],
        "decimals differ",
    ),
    "shown": (
        [shown("a", "s", "rank", "2"), shown("b", "s", "rank", "3")],
        "shown numbers differ",
    ),
    "full": (
        [full("a", "s", "score", 2.0), full("b", "s", "score", 2.1)],
        "numbers in full differ",
    ),
    "not rounded": (
        [full("a", "s", "score", 81.16), shown("b", "s", "score", "81.1")],
        "does not round to what is shown",
    ),
    "texts": (
        [texts("a", ["s"], "band", ["First"]), texts("b", ["s"], "band", ["Second"])],
        "texts differ",
    ),
    "white space": (
        [texts("a", ["s"], "band", ["A  b"]), texts("b", ["s"], "band", ["A b"])],
        None,
    ),
    "another subject": ([shown("a", "s", "rank", "2"), shown("b", "t", "rank", "3")], None),
}


@pytest.mark.parametrize(("figures", "why"), list(_CASES.values()), ids=list(_CASES))
def test_what_counts_as_a_difference(figures: list[pl.DataFrame], why: str | None) -> None:
    found = differences(figures)
    assert found["why"].to_list() == ([] if why is None else [why])


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("1,204", 1204.0, 0),
        ("10.2 million USD", 10.2e6, -5),
        ("\u22122.50 %", -2.5, 2),
        ("7", 7, 0),
    ],
)
def test_a_number_in_a_text_has_its_decimals(text: str, value: float, decimals: int) -> None:
    found, digits = number_of(text)
    assert found == pytest.approx(value)
    assert digits == decimals


def test_a_text_without_a_number_is_an_error() -> None:
    with pytest.raises(ValueError, match="no number"):
        number_of("none")


def test_a_rank_that_is_shown_although_withheld_is_found() -> None:
    figures = [shown("audit_plan.csv", "s", "rank", "2"), full("ranked.parquet", "s", "rank", 2)]
    assert shown_though_withheld(figures)["seen"].to_list() == ["audit_plan.csv: 2.0"]
    assert shown_though_withheld([pl.DataFrame(schema=SCHEMA)]).is_empty()
