import re

import pytest

from reports.page.html_report import render_html
from reports.tables.next_step import STEP_LABELS, Situation, choose
from reports.tables.ranked_list import NO_REASON, NOTHING_UNKNOWN, ranked_csv_table, ranked_table
from reports.wording import (
    BAND_LABELS,
    ILO_LABELS,
    ILO_NOTICE,
    PILLAR_LABELS,
    STATUS_LABELS,
    band_label,
    banned_phrases,
    notices,
    row_notice,
)
from signals.card import IloIndicator, Pillar, Status
from tests.reports.sample import sample_bundle


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The company is guilty.", ["guilty"]),
        ("A SAFE supplier", ["SAFE"]),
        ("Low-risk and low risk", ["Low-risk", "low risk"]),
        ("it uses\nforced  labour", ["uses forced labour"]),
        ("probability of forced labor", ["probability of forced labor"]),
        ("Exit the supplier now", ["Exit the supplier"]),
        ("certified, compliant, clean", ["certified", "compliant", "clean"]),
        ("two offenders of a slave factory", ["offenders", "slave factory"]),
        ("conditions under which forced labour is more likely", []),
        ("cleaned rows, unsafe water, safety spend, fail-safe", []),
        (ILO_NOTICE, []),
    ],
)
def test_banned_phrases_are_found_as_whole_words(text: str, found: list[str]) -> None:
    assert banned_phrases(text) == found


def test_every_member_has_words() -> None:
    assert set(STATUS_LABELS) == {status.value for status in Status}
    assert set(PILLAR_LABELS) == {pillar.value for pillar in Pillar}
    assert set(ILO_LABELS) == set(IloIndicator)


def test_the_lowest_band_never_reads_as_clearance() -> None:
    assert BAND_LABELS["few_signals"] == "Few signals visible to this tool"
    assert band_label("some_new_band") == "Some new band"


def test_labels_notices_and_steps_use_no_banned_phrase() -> None:
    steps = [
        choose(Situation(priority_band, pillar, bounds, data_item)).reason
        for priority_band in BAND_LABELS
        for pillar in (None, *Pillar)
        for bounds in (None, 5.0, 80.0)
        for data_item in (None, "accounts of last year")
    ]
    texts = [
        *BAND_LABELS.values(), *STATUS_LABELS.values(), *PILLAR_LABELS.values(),
        *ILO_LABELS.values(), *STEP_LABELS.values(), *notices(True), *steps, NO_REASON,
        NOTHING_UNKNOWN,
    ]  # fmt: skip
    assert [text for text in texts if banned_phrases(text)] == []


def test_page_and_list_use_no_banned_phrase_and_carry_the_notices() -> None:
    bundle = sample_bundle(hostile=False)
    ranked = ranked_table(bundle)
    page = render_html(bundle, ranked)
    without_style = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    csv = ranked_csv_table(ranked, bundle).write_csv()
    for text in (without_style, csv):
        assert banned_phrases(text) == []
    for notice in notices(is_synthetic=True):
        assert notice in without_style
    assert csv.count(row_notice(is_synthetic=True)) == ranked["rank"].count()


def test_real_data_are_not_called_synthetic() -> None:
    bundle = sample_bundle(is_synthetic=False)
    assert "ynthetic data" not in render_html(bundle, ranked_table(bundle))
