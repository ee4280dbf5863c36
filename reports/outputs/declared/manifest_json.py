"""Declares `manifest.json`."""

from __future__ import annotations

import json

from reports.outputs.output import DocumentOutput

OUTPUT = DocumentOutput(
    file="manifest.json",
    order=210,
    content="inputs, versions and settings that made this result",
    files=lambda bundle, ranked: {
        "manifest.json": (
            json.dumps(dict(bundle.manifest), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        ).encode("utf-8")
    },
)
