"""A small published run: hostile names, a contested supplier, a source that withholds values."""

import datetime as dt
import hashlib
import json
from dataclasses import replace

import polars as pl

from reports.bundle import ReportBundle
from reports.exports.published_run import PublishedRun
from reports.outputs.registry import table_outputs
from reports.redistribution import disclosable
from reports.tables.cells import csv_bytes
from reports.tables.ranked_list import ranked_table
from tests.reports.sample import SIGNALS, SOURCES, sample_bundle, source_card

RESTRICTED = "accounts_csv"
CONTESTED = "S-00005"
UNKNOWN = "S-00023"
LOCAL_FILE = "/home/someone/lists/accounts.csv"


def bundle() -> ReportBundle:
    sources = {
        **SOURCES,
        RESTRICTED: source_card(RESTRICTED, "Company accounts as filed", redistributable=False),
    }
    made = sample_bundle(sources=sources)
    config = made.manifest["config"]
    assert isinstance(config, dict)
    manifest = {
        **made.manifest,
        "as_of": "2024-03-01",
        "is_synthetic": True,
        "result": "published",
        "purpose": "prioritise_support",
        "identity": "a" * 64,
        "config_hash": "b" * 64,
        "code": {"understory": "0.1.0", "commit": None},
        "started_at": "2024-03-01T06:00:00+00:00",
        "finished_at": "2024-03-01T06:10:00+00:00",
        "config": {**config, "title": made.title},
        "sources": [
            {
                "source_id": "hansen_gfc",
                "title": "Global Forest Change",
                "status": "read",
                "licence": "CC-BY-4.0",
                "files": [
                    _file("https://example.org/data/file.tif", "1"),
                    _file("https://example.org/older/file.tif", "2"),
                ],
            },
            {
                "source_id": RESTRICTED,
                "title": "Company accounts as filed",
                "status": "read",
                "licence": "Terms of use",
                "files": [_file(LOCAL_FILE, "3")],
            },
            {"source_id": "ledger", "title": "Your purchase ledger", "status": "not_set_up"},
        ],
    }
    overrides = pl.DataFrame(
        {
            "supplier_id": [CONTESTED],
            "override": ["contested"],
            "override_reason": ["the figure is that of another company"],
            "override_evidence_link": [None],
            "override_expires_on": [dt.date(2024, 3, 21)],
            "override_has_expired": [False],
            "priority_band_is_frozen": [True],
            "order_with_overrides": [5],
        }
    )
    return replace(made, manifest=manifest).with_tables(overrides=overrides)


def _file(origin: str, digit: str) -> dict[str, object]:
    return {
        "origin": origin,
        "key": origin,
        "sha256": digit * 64,
        "bytes": 1000,
        "fetched_at": "2024-02-28 05:00:00+00:00",
    }


def published() -> PublishedRun:
    """The run past the licence filter, with its tables and manifest as it would publish them."""
    made = disclosable(bundle())
    ranked = ranked_table(made)
    frames = {
        output.file: table
        for output in table_outputs()
        if (table := output.frame(made, ranked)) is not None
    }
    contents = {name: csv_bytes(table) for name, table in frames.items() if name.endswith(".csv")}
    contents["manifest.json"] = json.dumps(made.manifest, sort_keys=True).encode()
    return PublishedRun(
        run_id=made.run_id,
        as_of=made.as_of,
        is_synthetic=True,
        title=made.title,
        manifest=made.manifest,
        ranked=frames["ranked.parquet"].sort("rank", "supplier_id", nulls_last=True),
        contributions=frames["contributions.parquet"],
        files={name: text for name, text in contents.items() if name.endswith(".csv")},
        sizes={name: len(content) for name, content in contents.items()},
        hashes={name: hashlib.sha256(text).hexdigest() for name, text in contents.items()},
        signal_cards=SIGNALS,
        source_cards=made.source_cards,
        sites=made.sites,
    )
