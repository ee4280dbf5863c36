"""The desk in Chromium: a list is dropped, answered by keyboard, and read on a phone as well."""

import json
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.desk_service import DeskService, desk_service
from tests.flows.desk.conftest import LIST
from tests.reports.browser import CHROMIUM, Page, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]

_PATIENCE_SECONDS = 150
_SETTLED = "document.readyState === 'complete' && !document.querySelector('section.waiting')"


def _go(page: Page, address: str, width: int = 1280) -> None:
    page.call(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=900, deviceScaleFactor=1, mobile=width < 640,
    )  # fmt: skip
    page.call("Page.navigate", url=address)
    start = address.partition("?")[0]
    page.wait(f"location.href.startsWith('{start}') || location.pathname === '/'")
    _patiently(page, _SETTLED)


def _patiently(page: Page, condition: str) -> None:
    """Wait for a check, which imports much, on a machine that does other things too."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not page.value(condition):
        assert time.monotonic() < deadline, condition
        time.sleep(0.1)


def _press(page: Page, selector: str) -> None:
    """Go to a control and press Enter, as somebody without a mouse does."""
    page.value(f"document.querySelector({selector!r}).focus()")
    page.press("Enter", 13)


def _drop(page: Page, name: str, content: str) -> None:
    """Drop a file beside the field for files, as a mouse does, and see the field take it."""
    dropped = page.value(
        f"""(() => {{
          const carried = new DataTransfer();
          carried.items.add(new File([{json.dumps(content)}], {json.dumps(name)}));
          const target = document.querySelector(".drop");
          const given = {{ dataTransfer: carried, bubbles: true, cancelable: true }};
          const isTaken = ["dragover", "drop"].map(
            (kind) => !target.dispatchEvent(new DragEvent(kind, given)));
          const field = target.querySelector("input[type=file]");
          return JSON.stringify([isTaken, [...field.files].map((file) => file.name),
            target.classList.contains("filled")]);
        }})()"""
    )
    assert json.loads(dropped) == [[True, True], [name], True]


def _send(page: Page, name: str, content: str) -> None:
    _drop(page, name, content)
    _press(page, "main button.primary")
    page.wait("location.pathname.startsWith('/lists/')")


def _link(desk: DeskService) -> str:
    return str(json.loads((desk.home / "desk" / "entry-link.json").read_text("utf-8"))["link"])


def test_a_dropped_list_is_answered_by_keyboard_and_fits_a_phone(tmp_path: Path) -> None:
    with desk_service(tmp_path / "desk") as desk, chromium(tmp_path / "profile") as page:
        _go(page, _link(desk))
        assert page.value("document.activeElement === document.body")
        _send(page, "mine.csv", LIST)
        _patiently(page, f"{_SETTLED} && document.querySelector('[name=version]') !== null")
        assert "Contact E-Mail" in page.value("document.body.innerText")
        before = page.value("document.querySelector('[name=version]').value")
        _press(page, "form[action$='/answers'] button.primary")
        _patiently(
            page,
            f"{_SETTLED} && document.querySelector('[name=version]') !== null && "
            f"document.querySelector('[name=version]').value !== '{before}'",
        )
        # The column on persons was left out by its tick; nothing asks about it any more.
        assert page.value("document.querySelector('[name=persons]')") is None
        base = str(page.value("location.href")).partition("?")[0]
        for step in ("", "/places", "/run", "/results"):
            _go(page, base + step, 390)
            assert page.value("document.documentElement.scrollWidth") <= 390
            assert page.value("document.querySelectorAll('h1').length") == 1
        assert page.complaints == []
        hosts = {urlsplit(url).netloc for url in page.requests if not url.startswith("data:")}
        assert hosts == {urlsplit(desk.address).netloc}
