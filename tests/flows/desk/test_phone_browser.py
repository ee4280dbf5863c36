"""Exports and two months on a phone of 390 pixels, with fingers."""

from pathlib import Path

import pytest

from benchmarks.desk_service import desk_service
from tests.flows.desk import pointed_months
from tests.flows.desk.visitor import Visitor
from tests.reports.browser import CHROMIUM, chromium
from tests.reports.pages import kept_screenshots

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


def test_two_months_with_fingers(tmp_path: Path) -> None:
    files = pointed_months.written_exports(tmp_path / "exports", pointed_months.ON_A_PHONE)
    with desk_service(tmp_path / "desk") as desk, chromium(tmp_path / "profile") as page:
        page.phone()
        page.call("Page.navigate", url=pointed_months.link_of(desk))
        page.wait("location.pathname === '/' && document.readyState === 'complete'")
        visitor = Visitor(page, kept_screenshots(tmp_path), "phone")
        pointed_months.check_all(visitor, files)
        pointed_months.two_months(visitor, desk, files, tmp_path / "world")
        assert page.complaints == []
