"""Accounts: the SEC, Companies House's monthly archives, filings.xbrl.org."""

from __future__ import annotations

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked, Publisher, as_json, zipped

_ACCESSION = "0000320193-26-000010"
_SUBMISSIONS = (
    "adsh\tcik\tname\tform\tperiod\tfiled\n"
    f"{_ACCESSION}\t320193\tEXAMPLE INC\t10-K\t20251231\t20260215\n"
)
_FIGURES = {"Assets": 1000, "Liabilities": 600, "StockholdersEquity": 400, "AssetsCurrent": 300}
_NUMBERS = "adsh\ttag\tversion\tddate\tqtrs\tuom\tsegments\tcoreg\tvalue\tfootnote\n" + "".join(
    f"{_ACCESSION}\t{tag}\tus-gaap/2025\t20251231\t0\tUSD\t\t\t{value}\t\n"
    for tag, value in _FIGURES.items()
)
_UK_ACCOUNTS = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:xbrli="http://www.xbrl.org/2003/instance"
 xmlns:core="http://xbrl.frc.org.uk/fr/2021-01-01/core"><body>
<xbrli:context id="now"><xbrli:entity/><xbrli:period><xbrli:instant>{day}</xbrli:instant>
</xbrli:period></xbrli:context>
<xbrli:unit id="gbp"><xbrli:measure>iso4217:GBP</xbrli:measure></xbrli:unit>
<ix:nonFraction name="core:FixedAssets" contextRef="now" unitRef="gbp">600</ix:nonFraction>
<ix:nonFraction name="core:CurrentAssets" contextRef="now" unitRef="gbp">1400</ix:nonFraction>
<ix:nonFraction name="core:TotalAssetsLessCurrentLiabilities" contextRef="now" unitRef="gbp">1200
</ix:nonFraction>
<ix:nonFraction name="core:NetAssetsLiabilities" contextRef="now" unitRef="gbp">300
</ix:nonFraction></body></html>"""
_REPORT = "5493000000000000EX70-2025-12-31-en.json"


def _sec(asked: Asked) -> Answer:
    if "@" not in asked.headers.get("user-agent", ""):
        return Answer(b"<html>Request Rate Threshold Exceeded</html>", 403, "text/html")
    if asked.path == "/files/company_tickers.json":
        return as_json({"0": {"cik_str": 320193, "ticker": "EXM", "title": "Example Inc."}})
    if asked.path.startswith("/files/dera/data/financial-statement-data-sets/"):
        return zipped(**{"sub.txt": _SUBMISSIONS, "num.txt": _NUMBERS})
    if asked.path.startswith("/api/xbrl/companyfacts/CIK"):
        facts = {
            tag: {
                "units": {
                    "USD": [
                        {"end": f"{year}-12-31", "val": value, "filed": f"{year + 1}-02-15",
                         "form": "10-K", "accn": f"0000320193-{year - 1999}-000010"}
                        for year in (2023, 2024, 2025)
                    ]
                }
            }
            for tag, value in _FIGURES.items()
        }  # fmt: skip
        cik = int(asked.path.rsplit("CIK", 1)[1].removesuffix(".json"))
        return as_json({"cik": cik, "entityName": "Example Inc.", "facts": {"us-gaap": facts}})
    return NOT_THERE


def _uk_accounts(asked: Asked) -> Answer:
    day = "2024-03-31" if asked.path.startswith("/archive/") else "2025-03-31"
    name = f"Prod223_0001_00000006_{day.replace('-', '')}.html"
    return zipped(**{name: _UK_ACCOUNTS.format(day=day)})


def _filings(asked: Asked) -> Answer:
    if asked.path == f"/5493000000000000EX70/{_REPORT}":
        facts = {
            f"f{position}": {
                "value": value,
                "dimensions": {
                    "concept": f"ifrs-full:{concept}",
                    "entity": "scheme:5493000000000000EX70",
                    "period": "2026-01-01T00:00:00",
                    "unit": "iso4217:EUR",
                },
            }
            for position, (concept, value) in enumerate(
                {"Assets": "1000", "CurrentLiabilities": "200", "Equity": "500"}.items()
            )
        }
        return as_json({"documentInfo": {}, "facts": facts})
    filing = {
        "json_url": f"/5493000000000000EX70/{_REPORT}",
        "date_added": "2026-05-01 10:00:00",
        "period_end": "2025-12-31",
    }
    return as_json({"data": [{"type": "filing", "id": "1", "attributes": filing}], "links": {}})


PUBLISHERS = (
    Publisher("www.sec.gov", "/files/", "SEC EDGAR access rules and public clients; 2026-11", _sec),
    Publisher(
        "data.sec.gov", "/api/xbrl/", "SEC EDGAR APIs page and public clients; 2026-11", _sec
    ),
    Publisher(
        "download.companieshouse.gov.uk",
        "/",
        "names of the monthly accounts data product, in public clients; 2026-11",
        _uk_accounts,
    ),
    Publisher("filings.xbrl.org", "/", "filings.xbrl.org API documentation; 2026-11", _filings),
)
