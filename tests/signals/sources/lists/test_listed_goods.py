"""The list of goods in the forms in which its publisher gives it."""

import datetime as dt
import json
from pathlib import Path

import pytest

from signals.sources.lists import listed_goods
from tests.signals.builders import context, staged
from tests.signals.web import Answer, Web, store

RECORDS = [
    {"country": "Brazil", "country_isocode": "BR", "good": "Coffee", "cl": "2009-", "fl": "2016-"},
    {"country": "Brazil", "country_isocode": "BR", "good": "Bricks", "cl": "", "fl": "2009-2020"},
    {"country": "India", "country_isocode": "IN", "good": "Thread", "fcl": "2022-", "cl": "2025-"},
    {"country": "India", "country_isocode": "IN", "good": "Sugar", "fl": "2025-", "cl": None},
]


def marks(frame_rows: list[tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    return {str(row[0]): row[1:] for row in frame_rows}


def test_the_interface_gives_years_of_listing(web: Web, tmp_path: Path) -> None:
    path = "/ILAB/ImportWatch_Core_Data/json?limit=1000&offset=0&X-API-KEY=k3y"
    web.answers[path] = [Answer(body=json.dumps({"data": RECORDS}).encode())]
    using = context(
        tmp_path,
        url=web.url("/ILAB/ImportWatch_Core_Data/json"),
        as_of=dt.date(2025, 6, 1),
        raw_store=store(tmp_path / "store", DOL_API_KEY="k3y"),
    )
    files = listed_goods.pull(using)
    assert "k3y" not in files[0].origin
    (outcome,) = listed_goods.stage(files, using)
    assert outcome.rejected.is_empty()
    columns = ["good", "child_labour", "forced_labour", "published_on"]
    edition = dt.date(2024, 9, 5)
    # Bricks left the list in 2020; sugar came after the edition.
    assert marks(outcome.rows.select(columns).rows()) == {
        "Coffee": (True, True, edition),
        "Thread": (True, True, edition),
        "Sugar": (False, True, dt.date(2025, 12, 31)),
    }


def test_the_data_set_is_read_as_csv_too(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "ILAB_ImportWatch_Core_Data.csv").write_text(
        "country,country_isocode,good,cl,fl,fcl\nBrazil,BR,Coffee,2009-,,\nBrazil,BR,Bricks,,,2009-\n"
    )
    outcome = staged(listed_goods, context(tmp_path, mirror=tmp_path / "m"))
    assert marks(outcome.rows.select("good", "child_labour", "forced_labour").rows()) == {
        "Coffee": (True, False),
        "Bricks": (True, True),
    }


@pytest.mark.shared
def test_the_shared_workbook_is_read_as_published(shared_data: Path, tmp_path: Path) -> None:
    mirror = shared_data / "publishers" / "TVPRA2016_0.xlsx"
    outcome = staged(listed_goods, context(tmp_path, mirror=mirror))
    assert outcome.rejected.is_empty()
    first = outcome.rows.filter(country_iso3="AFG", good="Bricks").row(0, named=True)
    assert (first["child_labour"], first["forced_labour"]) == (True, True)
    assert outcome.rows.height > 350
