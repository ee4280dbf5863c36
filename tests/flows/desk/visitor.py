"""Somebody at the desk who points: with a finger on a phone, or with a mouse."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

PATIENCE_SECONDS = 400
_SETTLED = "document.readyState === 'complete' && !document.querySelector('section.waiting')"
#: Least side of what a finger must hit, in CSS pixels (WCAG 2.2, 2.5.8).
_LEAST_SIDE = 24


class Window(Protocol):
    """What the visitor needs of a browser."""

    complaints: list[str]

    def value(self, expression: str) -> Any: ...
    def point(self, x: float, y: float) -> None: ...
    def insert(self, text: str) -> None: ...
    def give(self, selector: str, files: Sequence[Path]) -> None: ...
    def screenshot(self, path: Path) -> None: ...


class Visitor:
    """Uses a page by pointing at what is seen."""

    def __init__(self, window: Window, pictures: Path, name: str) -> None:
        self.window = window
        self._pictures, self._name = pictures, name

    def settle(self, condition: str = "true") -> None:
        """Wait until the page waits for nothing and a condition holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.window.value(f"Boolean({_SETTLED} && ({condition}))"):
            assert time.monotonic() < deadline, (condition, self.text())
            time.sleep(0.1)

    def go(self, address: str) -> None:
        """Open an address as a bookmark does."""
        self.window.value(f"(window.isOld = true, location.assign({json.dumps(address)}), 1)")
        self.settle("window.isOld === undefined")

    def text(self) -> str:
        """What the page says."""
        return str(self.window.value("document.body.innerText"))

    def has(self, selector: str) -> bool:
        """Whether the page has such an element."""
        return bool(self.window.value(f"document.querySelector({selector!r}) !== null"))

    def middle(self, selector: str) -> tuple[float, float]:
        """Where to point at the first element that is seen, which nothing may cover."""
        found = self.window.value(
            f"""(() => {{
              const seen = [...document.querySelectorAll({json.dumps(selector)})]
                .find((one) => one.getClientRects().length > 0);
              if (!seen) return null;
              seen.scrollIntoView({{ block: "center", inline: "center" }});
              const box = seen.getBoundingClientRect();
              const x = box.left + box.width / 2, y = box.top + box.height / 2;
              const hit = document.elementFromPoint(x, y);
              const inside = hit !== null && (seen.contains(hit) || hit.contains(seen));
              return [x, y, box.width, box.height, inside ? "" : String(hit?.outerHTML)];
            }})()"""
        )
        assert found is not None, f"{selector} is not seen on {self.text()}"
        x, y, width, height, covered = found
        assert covered == "", f"{selector} is covered by {covered}"
        is_line = self.window.value(f"document.querySelector({selector!r}).tagName === 'A'")
        assert is_line or min(width, height) >= _LEAST_SIDE or self._has_label(selector), (
            f"{selector} is {width} x {height}"
        )
        return x, y

    def point(self, selector: str) -> None:
        """Point at something that leads to no other page."""
        self.window.point(*self.middle(selector))

    def follow(self, selector: str) -> None:
        """Point at a link or a button, and wait for the page that comes."""
        where = self.middle(selector)
        self.window.value("(window.isOld = true)")
        self.window.point(*where)
        self.settle("window.isOld === undefined")

    def write(self, selector: str, text: str) -> None:
        """Type in a field, in place of what is there."""
        self.point(selector)
        self.window.value(f"document.querySelector({selector!r}).select?.() ?? null")
        self.window.insert(text)

    def set(self, selector: str, value: str) -> None:
        """Set a date or choose of a list: the system's own controls, which no page can open."""
        self.middle(selector)
        self.window.value(
            f"""(() => {{
              const field = document.querySelector({json.dumps(selector)});
              field.value = {json.dumps(value)};
              field.dispatchEvent(new Event("change", {{ bubbles: true }}));
              return field.value;
            }})()"""
        )

    def picture(self, name: str) -> None:
        """Keep what is seen; nothing may stick out of the window."""
        wide, window = self.window.value(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= window, f"{name} is {wide} wide in a window of {window}"
        assert self.window.value("document.querySelectorAll('h1').length") == 1, name
        self.window.screenshot(self._pictures / f"desk-{self._name}-{name}.png")

    def _has_label(self, selector: str) -> bool:
        """Whether a small control is hit by its label, too."""
        return bool(
            self.window.value(
                f"""(() => {{
                  const label = document.querySelector({json.dumps(selector)}).labels?.[0];
                  return label !== undefined && label.getBoundingClientRect().height >= 20;
                }})()"""
            )
        )
