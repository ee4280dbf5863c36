"""News and buyers' reports: GDELT and the UK payment practices register."""

from __future__ import annotations

from flows.publishers_world.publisher import Answer, Asked, Publisher, as_json, zipped

_REPORT_COLUMNS = (
    "Report Id", "Start date", "End date", "Filing date", "Company", "Company number",
    "Average time to pay", "% Invoices not paid within agreed terms",
    "% Invoices paid later than 60 days",
)  # fmt: skip


def _doc(asked: Asked) -> Answer:
    mode = asked.value("mode")
    if mode.startswith("timeline"):
        points = [
            {"date": f"202611{day:02d}T000000Z", "value": 1.5, "norm": 90_000}
            for day in range(1, 16)
        ]
        return as_json({"timeline": [{"series": mode, "data": points}]})
    name = asked.value("query").strip('"')
    article = {
        "url": "https://news.example.org/a",
        "title": f"Workers strike at {name}",
        "seendate": "20261115T101500Z",
        "domain": "news.example.org",
        "language": "English",
        "sourcecountry": "India",
    }
    return as_json({"articles": [article]})


def _gkg(asked: Asked) -> Answer:
    name = asked.path.rsplit("/", 1)[-1].removesuffix(".zip")
    row = [""] * 27
    row[0:5] = ["20261120000000-0", "20261120000000", "1", "news.example.org",
                "https://news.example.org/b"]  # fmt: skip
    row[9] = "4#Pune, Maharashtra, India#IN#IN16#18.5#73.8#1"
    row[14] = "Example Mills Limited,120"
    row[15] = "-2.5,1.0,3.5,4.5,20.0,1.0,300"
    return zipped(**{name: "\t".join(row) + "\n"})


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
