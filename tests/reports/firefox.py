"""A headless Firefox, driven over WebDriver BiDi, for pages opened from disk."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.sync.connection import Connection

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

#: Nothing but the page may ask a network.
_PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}
_WAIT_SECONDS = 40.0


class FirefoxPage:
    """One tab. Console errors, exceptions and requests beyond the file are kept."""

    def __init__(self, socket: Connection) -> None:
        self._socket = socket
        self._next_id = 0
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.call("session.new", capabilities={})
        self._context = self.call("browsingContext.getTree")["contexts"][0]["context"]
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come first are noted."""
        self._next_id += 1
        message = {"id": self._next_id, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv(timeout=_WAIT_SECONDS))
            if answer.get("id") == self._next_id:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def open(self, path: Path, fragment: str = "", size: tuple[int, int] = (1280, 900)) -> None:
        """Load the report and wait until its list is there."""
        width, height = size
        shape = {"width": width, "height": height}
        self.call("browsingContext.setViewport", context=self._context, viewport=shape)
        for url in ("about:blank", f"{path.as_uri()}{fragment}"):
            self.call("browsingContext.navigate", context=self._context, url=url, wait="complete")
        self.wait("document.documentElement.dataset.ready !== undefined")

    def go(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        self.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def value(self, expression: str) -> Any:
        """Evaluate JavaScript in the page."""
        answer = self.call(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']['text']}")
        text = answer["result"].get("value")
        return None if text is None else json.loads(text)

    def wait(self, condition: str) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while not self.value(f"Boolean({condition})"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"never true: {condition}; {self.complaints}")
            time.sleep(0.05)

    def point(self, x: float, y: float) -> None:
        """Click into the window."""
        steps = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        source = {"type": "pointer", "id": "mouse", "actions": steps}
        self.call("input.performActions", context=self._context, actions=[source])

    def insert(self, text: str) -> None:
        """Type into what has the focus."""
        steps = [
            {"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")
        ]
        source = {"type": "key", "id": "keys", "actions": steps}
        self.call("input.performActions", context=self._context, actions=[source])

    def give(self, selector: str, files: Sequence[Path]) -> None:
        """Choose files in a field for files."""
        found = self.call(
            "script.evaluate",
            expression=f"document.querySelector({json.dumps(selector)})",
            target={"context": self._context},
            awaitPromise=False,
        )
        element = {"sharedId": found["result"]["sharedId"]}
        names = [str(file) for file in files]
        self.call("input.setFiles", context=self._context, element=element, files=names)

    def screenshot(self, path: Path) -> None:
        """Keep what the window shows."""
        data = self.call("browsingContext.captureScreenshot", context=self._context)["data"]
        path.write_bytes(base64.b64decode(data))

    def _note(self, message: dict[str, Any]) -> None:
        parameters = message.get("params", {})
        if message.get("method") == "log.entryAdded" and parameters["level"] in ("error", "warn"):
            self.complaints.append(str(parameters["text"]))
        elif message.get("method") == "network.beforeRequestSent":
            url = str(parameters["request"]["url"])
            if not url.startswith(("file:", "about:", "blob:", "data:")):
                self.requests.append(url)


@contextmanager
def firefox(profile: Path) -> Iterator[FirefoxPage]:
    """A browser with a fresh profile and one page; it ends with the block."""
    if FIREFOX is None:
        raise FileNotFoundError("Firefox is not installed")
    profile.mkdir(parents=True, exist_ok=True)
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    with subprocess.Popen(
        [FIREFOX, "--headless", "--no-remote", "--remote-debugging-port=0",
         "--profile", str(profile), "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            address = _address(profile / "WebDriverBiDiServer.json", process)
            with connect(address, max_size=None, open_timeout=10) as socket:
                yield FirefoxPage(socket)
        finally:
            process.terminate()


def _address(file: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if file.is_file() and (text := file.read_text(encoding="utf-8")).rstrip().endswith("}"):
            server = json.loads(text)
            return f"ws://{server['ws_host']}:{server['ws_port']}/session"
        time.sleep(0.1)
    raise TimeoutError("Firefox did not open its debugging port")
