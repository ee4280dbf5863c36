"""Exports and two months in Firefox, with a mouse."""

from pathlib import Path

import pytest

from benchmarks.desk_service import desk_service
from tests.flows.desk import pointed_months
from tests.flows.desk.visitor import Visitor
from tests.reports.firefox import FIREFOX, firefox
from tests.reports.pages import kept_screenshots

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(FIREFOX is None, reason="Firefox is not installed"),
]


def test_two_months_in_firefox(tmp_path: Path) -> None:
    files = pointed_months.written_exports(tmp_path / "exports", pointed_months.IN_FIREFOX)
    with desk_service(tmp_path / "desk") as desk, firefox(tmp_path / "profile") as page:
        page.go(pointed_months.link_of(desk))
        visitor = Visitor(page, kept_screenshots(tmp_path), "firefox")
        pointed_months.check_all(visitor, files)
        pointed_months.two_months(visitor, desk, files, tmp_path / "world")
        assert page.complaints == []
