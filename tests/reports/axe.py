"""axe-core, the checks of accessibility, run inside a page; fetched once with npm (MPL 2.0)."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

from tests.reports.browser import Page

_VERSION = "4.10.3"
_SHA256 = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb"
_RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"


@cache
def axe_script() -> str | None:
    """The script, from the cache of this machine or from the registry; None without either."""
    cached = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    file = cached / "understory-tests" / f"axe-{_VERSION}.min.js"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        if not _fetched(file):
            return None
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise ValueError(f"{file}: this is not axe-core {_VERSION}; delete it")
    return content.decode("utf-8")


def findings(page: Page, script: str) -> list[str]:
    """What axe finds in the open page, one line per rule and element; frames are left out."""
    page.call("Runtime.evaluate", expression=script)
    answer = page.call(
        "Runtime.evaluate",
        expression=(
            "axe.run({exclude: [['iframe']]}, {iframes: false, runOnly: {type: 'tag', values: "
            f"{_RULES}}}}}).then((found) => found.violations.flatMap((rule) => rule.nodes.map("
            "(node) => rule.id + ': ' + node.html + ' ' + node.failureSummary)))"
        ),
        awaitPromise=True,
        returnByValue=True,
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(str(answer["exceptionDetails"]))
    found: list[str] = answer["result"]["value"]
    return found


def _fetched(target: Path) -> bool:
    """Fetch the package with npm; False where npm or the registry is not there."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    command = [npm, "pack", f"axe-core@{_VERSION}", "--pack-destination", str(target.parent)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    archive = target.parent / f"axe-core-{_VERSION}.tgz"
    if done.returncode != 0 or not archive.is_file():
        return False
    with tarfile.open(archive) as package:
        member = package.extractfile("package/axe.min.js")
        if member is None:
            return False
        target.write_bytes(member.read())
    archive.unlink()
    return True
