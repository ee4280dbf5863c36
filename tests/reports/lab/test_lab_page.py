"""The lab page: pictures, tables, what is missing, and nothing from outside."""

import datetime as dt
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import polars as pl
import pytest
from markupsafe import Markup

from reports.lab.lab_charts import Span, lines, spans, ticks
from reports.lab.lab_page import Lab, LabPart, render_lab
from reports.lab.lab_parts import (
    drift_part,
    estimated_part,
    fairness_part,
    signal_selection_part,
    weights_part,
)
from reports.lab.outcome_parts import (
    calibration_part,
    lift_part,
    sectors_part,
    stability_part,
)
from reports.wording import ILO_NOTICE, SYNTHETIC_NOTICE, banned_phrases
from scoring.normalisation.reference_distribution import Reference
from scoring.tune.country_effects import CountryPermutation, IncomeSlope
from scoring.tune.fairness import SCHEMA, Fairness
from scoring.tune.random_audits import calibration
from scoring.tune.signal_selection import SCHEMA as STREAMLINE_SCHEMA
from scoring.tune.supplier_weighted import SectorPlaces, supplier_weighted
from scoring.tune.value_drift import SCHEMA as DRIFT_SCHEMA
from scoring.tune.value_drift import drift
from tests.scoring.sample import model

HOSTILE = '<script>alert("x")</script>&'
SCORE = np.array([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, np.nan])
CASES = np.isin(np.arange(10), [0, 1, 5, 9])


def _fairness(**changed: object) -> Fairness:
    row = {
        "dimension": "income_group", "group": "low", "measure": "flag_rate_top_tenth",
        "suppliers": 40, "rate_group": 0.2, "rate_rest": 0.1, "rate_ratio": 2.0, "rate_ratio_low":
        1.1,
        "rate_ratio_high": 3.6, "within_0_80_1_25": "no", "significant_fdr5": True,
    }  # fmt: skip
    unknown = {"dimension": "firm_size", "suppliers": 0, "within_0_80_1_25": "unknown"}
    table = pl.DataFrame([row | changed, unknown], schema=dict(SCHEMA))
    slope = IncomeSlope(90, 9, -3.2, 0.11, 0.4, 0.2, 0.01)
    return Fairness(table, slope, CountryPermutation(50, 3, 0.1, 2.4))


def _drift() -> pl.DataFrame:
    values = np.arange(200) / 200
    reference = Reference(
        pl.DataFrame({"sector": ["10"]}), {"fires": (np.zeros(200, dtype=np.int64), values)}
    )
    return drift(reference, {"fires": values + 0.5}, "2022-04")


def _streamlined() -> pl.DataFrame:
    rows = [
        {"signal_id": "a", "title": HOSTILE, "decision": "keep", "reason": "moves ranks",
         "index_rank_shift": 0.4, "coverage": 0.9},
        {"signal_id": "b", "title": "Fires", "decision": "drop", "reason": "hardly moves",
         "index_rank_shift": 0.001, "coverage": 0.9},
        {"signal_id": "c", "title": "Rain", "decision": "not_measured", "reason": "no value"},
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(STREAMLINE_SCHEMA))


def _full() -> list[LabPart]:
    agreement = pl.DataFrame(
        {
            "as_of": [dt.date(2022, month, 1) for month in range(1, 7)],
            "tau": [None, 0.9, 0.8, 0.85, 0.9, 0.95],
            "top_overlap": [None, 0.8, 0.8, 0.7, 0.9, 0.9],
        }
    )
    stated = np.linspace(0.1, 0.9, 50)
    return [
        lift_part({"score": SCORE, "size only": SCORE[::-1]}, CASES),
        calibration_part(calibration(stated, stated > 0.5)),
        stability_part(agreement, 0.8),
        weights_part(
            model(), {"accounts": HOSTILE}, {"accounts": 0.7, "forest": 0.2, "fires": -0.1}, 50.0,
        ),
        estimated_part(
            {"accounts": {"weight": 0.5, "interval": [0.3, 0.7], "default": 0.25}}, {}
        ),
        fairness_part(_fairness()),
        drift_part(_drift(), {"fires": "Fires"}),
        signal_selection_part(_streamlined()),
    ]  # fmt: skip


def _empty() -> list[LabPart]:
    return [
        lift_part(None, None),
        calibration_part(None),
        stability_part(None, None),
        weights_part(model(), {}, {}, 50.0),
        estimated_part(None, {}),
        drift_part(pl.DataFrame(schema=dict(DRIFT_SCHEMA)), {}),
        signal_selection_part(None),
    ]


def _page(parts: list[LabPart]) -> str:
    return render_lab(Lab(HOSTILE, "20220301-abcdef12", dt.date(2022, 3, 1), True, parts))


@pytest.fixture(scope="module")
def page() -> str:
    return _page(_full())


def test_the_page_fetches_nothing_and_runs_nothing(page: str) -> None:
    assert "<script" not in page
    assert "http:" not in page
    assert "https:" not in page
    assert " style=" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy[1]


def test_every_part_has_a_picture_a_table_and_a_link(page: str) -> None:
    assert page.count("<svg") == 8
    assert page.count("<details>") == 8
    for part in _full():
        assert f'href="#{part.anchor}"' in page
        assert f'id="{part.anchor}"' in page
    assert page.count('role="img" aria-label="') == 8
    assert 'lang="en"' in page


def test_the_wording_holds_and_the_notices_are_there(page: str) -> None:
    assert banned_phrases(page) == []
    assert banned_phrases(_page(_empty())) == []
    assert SYNTHETIC_NOTICE in page
    assert ILO_NOTICE in page


def test_names_are_escaped(page: str) -> None:
    assert "alert(" in page
    assert HOSTILE not in page


def test_what_is_missing_is_named_with_the_verb_that_makes_it() -> None:
    parts = _empty()
    shown = _page(parts)
    assert all(part.missing for part in parts)
    for verb in ("tune lab --outcomes", "tune backtest", "tune select-signals", "tune estimate"):
        assert verb in shown
    assert "<svg" not in shown


def test_equal_labs_give_equal_bytes(page: str) -> None:
    assert _page(_full()) == page


def test_fairness_is_shown_also_where_it_fails(page: str) -> None:
    assert "1 of 1 comparisons lie outside 0.8 to 1.25, 1 of them statistically significant" in page
    assert "Not known for any supplier: size of the company" in page
    assert "among suppliers with the same own signals by +0.28 (-0.04 to +0.60)" in page
    assert "3 of 50 suppliers tried change their score, by 0.10 points on average" in page


def test_estimated_weights_without_an_interval_are_shown_alone() -> None:
    reported = {"a": {"weight": 0.6, "interval": [float("nan"), None], "default": 0.5}}
    part = estimated_part(reported, {})
    assert "nan" not in str(part.picture)
    assert part.table.row(0) == ("a", 0.6, None, None, 0.5)


def test_lift_by_hand() -> None:
    # 4 cases; the first tenth of the list holds one, the first fifth two; one is never reached.
    table = lift_part({"score": SCORE}, CASES).table
    row = table.row(0, named=True)
    assert row["found_in_first_tenth"] == pytest.approx(0.25)
    assert row["found_in_first_fifth"] == pytest.approx(0.5)
    assert row["ranked"] == 9


def test_ties_are_drawn_by_lot() -> None:
    row = lift_part({"all alike": np.zeros(10)}, CASES).table.row(0, named=True)
    assert row["found_in_first_fifth"] == pytest.approx(0.2)
    assert row["AUC"] == pytest.approx(0.5)


def _drawn(picture: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(picture))


def test_pictures_are_well_formed_and_stay_inside() -> None:
    picture = _drawn(
        spans("Spans", [Span(HOSTILE * 3, 9.0, 0.1, 12.0), Span("none", None)], (0, 2), even=1)
    )
    width = float(picture.attrib["viewBox"].split()[2])
    for dot in picture.iter("circle"):
        assert 0 <= float(dot.attrib["cx"]) <= width
    for bar in picture.iter("rect"):
        assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= width
    labels = [text.text for text in picture.iter("text")]
    assert any(str(label).endswith("…") for label in labels)


def test_lines_leave_gaps_out_and_name_each_line_apart() -> None:
    picture = _drawn(
        lines("Lines", {"one": [(0, 0.5), (1, 0.5)], "two": [(0, float("nan")), (1, 0.5)]},
              "x", "y", (0, 1), (0, 1))
    )  # fmt: skip
    points = [line.attrib["points"] for line in picture.iter("polyline")]
    assert len(points[0].split()) == 2
    assert len(points[1].split()) == 1
    names = {t.text: float(t.attrib["y"]) for t in picture.iter("text") if t.text in ("one", "two")}
    assert abs(names["one"] - names["two"]) >= 13


@pytest.mark.parametrize(
    ("ends", "figures"),
    [
        ((0.0, 1.0), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ((0.0, 0.282), [0, 0.05, 0.1, 0.15, 0.2, 0.25]),
        ((-0.03, 0.1), [-0.02, 0, 0.02, 0.04, 0.06, 0.08, 0.1]),
        ((0.0, 2.0), [0, 0.5, 1, 1.5, 2]),
        ((5.0, 5.0), [5]),
    ],
)
def test_axes_have_round_figures(ends: tuple[float, float], figures: list[float]) -> None:
    assert ticks(ends) == figures


def test_suppliers_of_one_sector_are_a_table_with_the_mean_in_a_sentence() -> None:
    state = np.repeat(["a", "b"], 20)
    cases = np.tile(np.repeat([0.0, 1.0], 10), 2)
    found = supplier_weighted(
        np.tile(np.arange(20.0), 2), [SectorPlaces("08", cases, np.ones(40))], state
    )
    part = sectors_part(found)
    assert part.table is not None
    assert part.table.select("sector", "cases").rows() == [("08", 20)]
    assert part.table["supplier-weighted AUC"].to_list() == [pytest.approx(0.75)]
    assert any("the mean of 1 sector" in text for text in part.texts)
    assert "--outcomes" in str(sectors_part(None).missing)
    none = supplier_weighted(np.full(40, np.nan), [SectorPlaces("08", cases, np.ones(40))], state)
    assert sectors_part(none).missing == "No known case has a score."
