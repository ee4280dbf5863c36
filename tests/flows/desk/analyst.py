"""An analyst at the desk: keys alone, and a list with local sources that runs in seconds."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.desk_service import DeskService
from flows.desk.lists.list_folders import ListFolder, add_file, new_list
from tests.flows.small_world import write_small_world
from tests.reports.browser import Page

PATIENCE_SECONDS = 400
_SETTLED = "document.readyState === 'complete' && !document.querySelector('section.waiting')"
_MOST_TABS = 150


def prepared_list(home: Path, world: Path) -> ListFolder:
    """A list whose sources are local files, as its profile below the answers says."""
    profile = write_small_world(world)
    folder = new_list(home / "workspaces", "Small world", "anna")
    (folder.path / "below.yaml").write_bytes(profile.read_bytes())
    with (world / "list.csv").open("rb") as stream:
        add_file(folder, "mills.csv", stream, "anna")
    with folder.changed("anna", "prepared the list") as held:
        held[0] = replace(held[0], profile="below.yaml", as_of="2022-03-01")
    return folder


class Analyst:
    """Uses a page by keyboard, as somebody without a mouse does."""

    def __init__(self, page: Page, desk: DeskService) -> None:
        self.page, self.desk = page, desk

    def link(self) -> str:
        """The link that opens the desk once."""
        file = self.desk.home / "desk" / "entry-link.json"
        return str(json.loads(file.read_text("utf-8"))["link"])

    def go(self, address: str, width: int = 1280) -> None:
        """Open an address in a window of a width."""
        self.page.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 640,
        )  # fmt: skip
        self.page.call("Page.navigate", url=address)
        start = address.partition("?")[0]
        self.page.wait(f"location.href.startsWith('{start}') || location.pathname === '/'")
        self.settle()

    def settle(self, condition: str = "true") -> None:
        """Wait until the page waits for nothing and a condition holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.page.value(f"{_SETTLED} && ({condition})"):
            assert time.monotonic() < deadline, (condition, self.text())
            time.sleep(0.1)

    def text(self) -> str:
        """What the page says."""
        return str(self.page.value("document.body.innerText"))

    def tab_to(self, selector: str) -> None:
        """Press Tab until a control has the focus."""
        for _ in range(_MOST_TABS):
            if self.page.value(f"document.activeElement?.matches({selector!r}) === true"):
                return
            self.page.press("Tab", 9)
        raise AssertionError(f"no Tab leads to {selector}")

    def follow(self, selector: str) -> None:
        """Go to a link or a button, press Enter, and wait for the page that comes."""
        self.tab_to(selector)
        self.page.value("(window.isOld = true)")
        self.page.press("Enter", 13)
        self.settle("window.isOld === undefined")

    def tick(self, selector: str) -> None:
        """Go to a radio button of a group or a box, and press Space."""
        self.tab_to(selector)
        for kind in ("keyDown", "keyUp"):
            text = {"text": " "} if kind == "keyDown" else {}
            self.page.call("Input.dispatchKeyEvent", type=kind, key=" ", code="Space",
                           windowsVirtualKeyCode=32, **text)  # fmt: skip

    def write(self, selector: str, text: str) -> None:
        """Go to a field and type in place of what is there."""
        self.tab_to(selector)
        self.page.value("document.activeElement.select?.()")
        self.page.call("Input.insertText", text=text)
