"""News and buyers' reports: GDELT and the UK payment practices register."""

from __future__ import annotations

from flows.publishers_world.companies import zipped
from flows.publishers_world.publisher import Answer, Asked, Publisher, as_json

_REPORT_COLUMNS = (
    "Report Id", "Start date", "End date", "Filing date", "Company", "Company number",
    "Average time to pay", "% Invoices not paid within agreed terms",
    "% Invoices paid later than 60 days",
)  # fmt: skip


def _doc(_: Asked) -> Answer:
    article = {
        "url": "https://news.example.org/a",
        "title": "Garment workers strike",
        "seendate": "20261120T101500Z",
        "domain": "news.example.org",
        "language": "English",
        "sourcecountry": "Bangladesh",
    }
    return as_json({"articles": [article]})


def _gkg(asked: Asked) -> Answer:
    name = asked.path.rsplit("/", 1)[-1].removesuffix(".zip")
    return zipped(**{name: "\t".join(["20261120000000-0", "20261120000000"] + [""] * 25) + "\n"})


def _payment(_: Asked) -> Answer:
    row = "1,2025-01-01,2025-06-30,2025-07-20,Example PLC,00000006,34,12,3"
    return Answer(f"{','.join(_REPORT_COLUMNS)}\n{row}\n".encode(), content_type="text/csv")


PUBLISHERS = (
    Publisher("api.gdeltproject.org", "/api/v2/doc/", "GDELT DOC 2.0 description; 2026-11", _doc),
    Publisher(
        "storage.googleapis.com",
        "/data.gdeltproject.org/gdeltv2/",
        "GKG 2.1 codebook and file names; 2026-11",
        _gkg,
    ),
    Publisher(
        "check-payment-practices.service.gov.uk",
        "/export/csv/",
        "columns of the register's export; 2026-11",
        _payment,
    ),
)
