"""Reports that the browsers open, and where their pictures are kept."""

from __future__ import annotations

import os
from pathlib import Path

from reports.page.html_report import render_html
from reports.tables.ranked_list import ranked_table
from tests.reports.sample import sample_bundle

#: Folder of the pictures; without it they last as long as the test.
PICTURES_VARIABLE = "KEEP_SCREENSHOTS"

#: What people look at: fragment of the address, and size of the window.
VIEWS = {
    "list": ("", (1280, 900)),
    "supplier": ("#supplier=S-00001", (1280, 900)),
    "map": ("#view=map", (1280, 900)),
    "insufficient": ("#view=insufficient", (1280, 900)),
    "what-if": ("#view=whatif&weights=financial:2", (1280, 900)),
    "evidence": ("#view=evidence", (1280, 900)),
    "method": ("#view=method", (1280, 900)),
    "phone": ("", (390, 844)),
}


def written_report(
    folder: Path, count: int = 28, insufficient: int = 6, *, hostile: bool = True
) -> Path:
    """A made report on disk."""
    bundle = sample_bundle(count, insufficient, hostile=hostile)
    path = folder / "report.html"
    path.write_text(render_html(bundle, ranked_table(bundle)), encoding="utf-8")
    return path


def kept_screenshots(otherwise: Path) -> Path:
    """Where pictures go: the folder that the environment names, or this one."""
    named = os.environ.get(PICTURES_VARIABLE)
    folder = Path(named) if named else otherwise
    folder.mkdir(parents=True, exist_ok=True)
    return folder
