import datetime as dt
import json
import logging
from contextlib import closing
from pathlib import Path

import pytest

from signals.account import NO_SITE_IN_IT, NOT_THEN, REPEATED, Unit
from signals.source_errors import SourceUnavailableError
from signals.sources.land import alert_rows, gfw_alerts
from tests.signals.builders import balance, context, sites, staged
from tests.signals.web import Answer, Web, store

HEADER = "longitude,latitude,gfw_integrated_alerts__date,gfw_integrated_alerts__confidence\n"
NEAR = {"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 100.0}
NORTH = {"site_id": "B", "supplier_id": "S", "latitude": 45.0, "longitude": 100.0}


def test_alerts_add_up_by_month_and_count_once(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    body = (
        "100.01,0.01,2024-03-02,high\n100.01,0.02,2024-03-09,nominal\n101.0,0.0,2024-03-02,high\n"
    )
    (mirror / "alerts_1.csv").write_text(HEADER + body + "100.0,50.0,2024-03-02,high\n")
    (mirror / "alerts_2.csv").write_text(HEADER + body + "100.01,0.01,2024-05-30,high\n")
    using = context(tmp_path, mirror=mirror, site_rows=sites(NEAR, NORTH))
    outcome = staged(gfw_alerts, using)
    row = outcome.rows.row(0, named=True)
    # From the first alert to the last: April has none, May is cut by what was known then.
    assert outcome.rows["month"].dt.month().to_list() == [3]
    assert (row["site_id"], row["month"]) == ("A", dt.date(2024, 3, 1))
    assert row["alert_ha"] == pytest.approx(0.02)
    assert row["high_confidence_ha"] == pytest.approx(0.01)
    assert outcome.rejected["rule"].to_list() == ["alert_has_date_and_place"]
    # Three of the second download are those of the first, and its fourth came later.
    assert balance(gfw_alerts, using, Unit.ROW) == {
        "read": 8,
        "used": 2,
        "rejected": {"alert_has_date_and_place": 1},
        "out_of_scope": {REPEATED: 3, NO_SITE_IN_IT: 1, NOT_THEN: 1},
    }


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_an_alert_whose_day_was_revised_counts_once_as_the_newest_download_has_it(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    older, newer = (mirror / f"alerts_{name}.csv" for name in names)
    older.write_text(HEADER + "100.01,0.01,2024-01-20,nominal\n100.02,0.01,2024-02-09,high\n")
    newer.write_text(HEADER + "100.0100001,0.01,2024-02-02,high\n100.03,0.01,2024-03-09,high\n")
    using = context(tmp_path, mirror=mirror, site_rows=sites(NEAR), as_of=dt.date(2024, 6, 1))
    rows = staged(gfw_alerts, using).rows
    found = {month.month: area for month, area in rows.select("month", "alert_ha").iter_rows()}
    # February holds the revised alert and the one that only the older download has.
    assert {month: round(area, 4) for month, area in found.items() if area} == {2: 0.02, 3: 0.01}
    assert rows["high_confidence_ha"].sum() == pytest.approx(0.03)


def test_a_download_without_its_columns_is_rejected(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "alerts.csv").write_text("longitude,latitude\n100.0,0.0\n")
    outcome = staged(gfw_alerts, context(tmp_path, mirror=mirror, site_rows=sites(NEAR)))
    assert outcome.rows.is_empty()
    assert "is missing" in outcome.rejected["reason"].item()


def test_without_a_folder_it_is_not_available(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"sources\.gfw_alerts\.mirror"):
        gfw_alerts.pull(context(tmp_path, url=""))


QUERY = "/dataset/gfw_integrated_alerts/latest/query/json"
SECRET = "a-key-that-nobody-may-see"


def answer(*rows: tuple[str, str, float]) -> bytes:
    names = (alert_rows.DATE, alert_rows.CONFIDENCE, alert_rows.AREA)
    data = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps({"data": data, "status": "success"}).encode()


def test_the_data_api_is_asked_once_per_site_within_reach(
    web: Web, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    web.answers[QUERY] = [
        Answer(429, headers={"Retry-After": "3"}),
        Answer(
            body=answer(
                ("2024-03-02", "high", 0.5), ("2024-03-09", "nominal", 0.25),
                ("2024-05-02", "highest", 1.0), ("2024-05-30", "high", 9.0),
            )
        ),
    ]  # fmt: skip
    waits: list[float] = []
    kept = store(tmp_path / "store", waits, GFW_API_KEY=SECRET)
    using = context(tmp_path, url=web.root, site_rows=sites(NEAR, NORTH), raw_store=kept)
    with caplog.at_level(logging.DEBUG), closing(kept.fetcher):
        outcome = staged(gfw_alerts, using)
    assert waits == [3.0]
    method, _, headers = web.asked[-1]
    assert (method, headers["x-api-key"], len(web.asked)) == ("POST", SECRET, 2)
    question = json.loads(web.questions[-1])
    assert question["geometry"]["type"] == "Polygon"
    assert "2020-05-01" in question["sql"]
    assert "SUM(area__ha)" in question["sql"]
    rows = {row["month"]: row for row in outcome.rows.to_dicts()}
    # Every month that was asked for, of the site between the parallels alone.
    assert len(rows) == 49
    assert rows[dt.date(2024, 3, 1)]["high_confidence_ha"] == 0.5
    assert rows[dt.date(2024, 3, 1)]["alert_ha"] == 0.75
    assert rows[dt.date(2024, 4, 1)]["alert_ha"] == 0.0
    # The last month is cut by what was known on the day.
    assert rows[dt.date(2024, 5, 1)]["alert_ha"] == 1.0
    assert rows[dt.date(2024, 5, 1)]["observed_to"] == dt.date(2024, 5, 18)
    assert SECRET not in caplog.text
    for path in (tmp_path / "store").rglob("*"):
        assert SECRET not in path.name
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()


def test_answers_are_kept_by_their_question_and_found_again(web: Web, tmp_path: Path) -> None:
    web.answers["/q"] = [Answer(body=b'{"data":[1]}'), Answer(body=b'{"data":[2]}')]
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        one = kept.ask("gfw_alerts", web.url("/q"), {"sql": "1"}, key="a")
        two = kept.ask("gfw_alerts", web.url("/q"), {"sql": "2"}, key="b")
        again = type(kept)(kept.root, kept.fetcher, reuse=True)
        found = again.ask("gfw_alerts", web.url("/q"), {"sql": "1"}, key="a")
    assert one.origin.split("#")[0] == web.url("/q")
    assert len({one.origin, two.origin}) == 2
    assert Path(found.path).read_bytes() == b'{"data":[1]}'
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    ("answers", "error", "words"),
    [
        ([Answer(body=b"<html>busy</html>")], SourceUnavailableError, "HTML page"),
        ([Answer(422, body=b"{}")], SourceUnavailableError, "HTTP 422"),
        ([Answer(404)], SourceUnavailableError, "none of the 1 files"),
        ([Answer(503)], SourceUnavailableError, "HTTP 503"),
    ],
    ids=["html", "refused", "gone", "busy"],
)
def test_an_api_that_does_not_answer_is_one_sentence(
    web: Web, tmp_path: Path, answers: list[Answer], error: type[Exception], words: str
) -> None:
    web.answers[QUERY] = answers
    kept = store(tmp_path / "store", GFW_API_KEY=SECRET)
    using = context(tmp_path, url=web.root, site_rows=sites(NEAR), raw_store=kept)
    with closing(kept.fetcher), pytest.raises(error, match=words) as caught:
        gfw_alerts.pull(using)
    assert SECRET not in str(caught.value)


def test_without_a_key_it_says_which(tmp_path: Path) -> None:
    using = context(tmp_path, url="https://example.org", site_rows=sites(NEAR))
    with pytest.raises(SourceUnavailableError, match="GFW_API_KEY"):
        gfw_alerts.pull(using)


def test_an_answer_of_another_shape_is_rejected_and_names_the_site(
    web: Web, tmp_path: Path
) -> None:
    web.answers[QUERY] = [Answer(body=b'{"data": [{"count": 3}]}')]
    kept = store(tmp_path / "store", GFW_API_KEY=SECRET)
    using = context(tmp_path, url=web.root, site_rows=sites(NEAR), raw_store=kept)
    with closing(kept.fetcher):
        outcome = staged(gfw_alerts, using)
    assert outcome.rows.is_empty()
    assert "site A" in outcome.rejected["reason"].item()
