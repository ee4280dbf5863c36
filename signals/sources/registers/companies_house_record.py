"""What the register of the United Kingdom says of a company's standing, without the persons in it.

Insolvency cases, charges, filings and the term of the next accounts. Practitioners, persons
entitled and officers are left out of every answer before it is stored.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from signals.fetching.responses import read_json
from signals.source import RawFile, Staged
from signals.source_errors import ODD_FORM
from signals.sources.registers.register_rows import day_of
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day

ACCOUNTS_DUE = "stg_companies_house__accounts_due"
INSOLVENCY = "stg_companies_house__insolvency"
CHARGES = "stg_companies_house__charges"
FILINGS = "stg_companies_house__filings"

_DATED: dict[str, pl.DataType] = {
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}
_SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    ACCOUNTS_DUE: {
        "company_number": pl.String(),
        "next_due": pl.Date(),
        "next_made_up_to": pl.Date(),
        "last_made_up_to": pl.Date(),
        "is_overdue": pl.Boolean(),
    },
    INSOLVENCY: {
        "company_number": pl.String(),
        "case_number": pl.String(),
        "case_type": pl.String(),
        "event": pl.String(),
        "event_on": pl.Date(),
        "seen_to": pl.Date(),
    },
    CHARGES: {
        "company_number": pl.String(),
        "charge_id": pl.String(),
        "status": pl.String(),
        "created_on": pl.Date(),
        "satisfied_on": pl.Date(),
        "contains_floating_charge": pl.Boolean(),
    },
    FILINGS: {
        "company_number": pl.String(),
        "transaction_id": pl.String(),
        "category": pl.String(),
        "subcategory": pl.String(),
        "form": pl.String(),
        "description": pl.String(),
        "made_up_to": pl.Date(),
    },
}
_KEYS = {
    ACCOUNTS_DUE: ["company_number"],
    INSOLVENCY: ["company_number", "case_number", "event", "event_on"],
    CHARGES: ["company_number", "charge_id"],
    FILINGS: ["company_number", "transaction_id"],
}
#: Tables of a company's standing.
TABLES = tuple(_SCHEMAS)

#: Kinds of filings that are about no person; the others are not asked for and not kept.
FILING_CATEGORIES = ("accounts", "gazette", "insolvency", "mortgage")

#: Days within which an appointment in an insolvency must reach the register (Insolvency Act
#: 1986, s. 109; the Insolvency Rules 2016 give no longer terms for the other notices).
_NOTICE_DAYS = 14

_CHARGE_FIELDS = ("charge_code", "charge_number", "id", "status", "created_on", "delivered_on",
                  "acquired_on", "satisfied_on")  # fmt: skip
_FILING_FIELDS = ("transaction_id", "category", "subcategory", "type", "description", "date",
                  "action_date")  # fmt: skip
_OF_NOBODY = (
    "the answer does not say which company it is of; put the company's number into the name of "
    "the file, such as insolvency_01234567.json"
)
_LINKED_COMPANY = re.compile(r"/company/([A-Z0-9]{8})\b")
_NAMED_COMPANY = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}[0-9]{6}|[0-9]{8})(?![A-Za-z0-9])")


def kind_of(content: object) -> str | None:
    """The table that an answer of the interface belongs to; None if it is of none of them.

    Profiles are recognised by the reader of companies; they bring `ACCOUNTS_DUE` along.
    """
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("cases"), list):
        return INSOLVENCY
    items = content.get("items")
    if not isinstance(items, list):
        return None
    if "filing_history_status" in content or _all_have(items, "transaction_id"):
        return FILINGS
    if "satisfied_count" in content or "part_satisfied_count" in content:
        return CHARGES
    return CHARGES if _all_have(items, "charge_number") else None


def without_persons(path: Path) -> bytes:
    """What may be kept of an answer about cases, charges or filings.

    Only fields known to be about no person are taken, so a new one of the interface stays out. An
    answer of another kind is not kept at all, and is rejected when it is staged.
    """
    content = read_json(path)
    kind = kind_of(content)
    if kind is None or not isinstance(content, dict):
        return b"{}"
    try:
        kept = _KEPT[kind](content)
    except ODD_FORM as error:
        raise _rejection(path.name) from error
    return json.dumps(kept, sort_keys=True).encode()


def record_rows(
    kind: str, content: Mapping[str, Any], raw: RawFile, seen_on: dt.date
) -> list[dict[str, object]]:
    """Rows of an answer for the table `kind`.

    Args:
        kind: one of `TABLES`; `ACCOUNTS_DUE` of a company profile.
        content: the answer.
        raw: its file; its key or name states the company where the answer does not.
        seen_on: day on which the register answered.

    Returns:
        Rows; `company_number` is None where nothing states which company they are of.

    Raises:
        DataRejectedError: it has not the shape of such an answer.
    """
    try:
        if kind == ACCOUNTS_DUE:
            return list(_accounts_due(content, raw, seen_on))
        kept = _KEPT[kind](content)
        rows = _READERS[kind](kept, seen_on)
        number = kept["company_number"] or _named_company(raw)
        found = [{"company_number": number, "origin": raw.origin, **row} for row in rows]
        # A value of another type than the column's costs its answer alone.
        pl.DataFrame(found, schema={**_SCHEMAS[kind], **_DATED})
        return found
    except (*ODD_FORM, pl.exceptions.PolarsError) as error:
        raise _rejection(Path(raw.origin).name) from error


def staged_record(kind: str, rows: list[dict[str, object]]) -> Staged:
    """Rows for the table `kind`, the last seen of each key; rejected without a company."""
    frame = pl.DataFrame(rows, schema={**_SCHEMAS[kind], **_DATED})
    order = ["published_on", "next_due"] if kind == ACCOUNTS_DUE else ["published_on"]
    of_nobody = pl.col("company_number").is_null()
    kept = (
        frame.filter(~of_nobody)
        .sort(order, maintain_order=True)
        .unique(_KEYS[kind], keep="last", maintain_order=True)
        .sort(_KEYS[kind])
    )
    rejected = frame.filter(of_nobody).select(
        source_file=pl.col("origin").str.extract(r"([^/\\]+)$"),
        source_row=pl.lit(None, pl.Int64),
        rule=pl.lit("no_company_number"),
        reason=pl.lit(_OF_NOBODY),
    )
    return Staged(kind, kept, rejected)


def _accounts_due(
    profile: Mapping[str, Any], raw: RawFile, seen_on: dt.date
) -> Iterator[dict[str, object]]:
    accounts = profile.get("accounts") or {}
    coming = accounts.get("next_accounts") or {}
    due = day_of(coming.get("due_on") or accounts.get("next_due"))
    if due is None:
        return
    said = coming.get("overdue", accounts.get("overdue"))
    yield {
        "company_number": str(profile["company_number"]),
        "next_due": due,
        "next_made_up_to": day_of(coming.get("period_end_on") or accounts.get("next_made_up_to")),
        "last_made_up_to": day_of((accounts.get("last_accounts") or {}).get("made_up_to")),
        "is_overdue": seen_on > due if said is None else bool(said),
        "observed_to": seen_on,
        "published_on": seen_on,
        "origin": raw.origin,
    }


def _kept_cases(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "company_number": _linked_company(content),
        "cases": [
            {
                "number": case.get("number"),
                "type": case["type"],
                "dates": [
                    {"type": day["type"], "date": day["date"]} for day in case.get("dates") or []
                ],
                "practitioners": [
                    {name: one.get(name) for name in ("appointed_on", "ceased_to_act_on")}
                    for one in case.get("practitioners") or []
                ],
            }
            for case in content["cases"]
        ],
    }


def _kept_charges(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "company_number": _linked_company(content),
        "satisfied_count": content.get("satisfied_count"),
        "items": [
            {name: item.get(name) for name in _CHARGE_FIELDS}
            | {"particulars": _floating(item.get("particulars") or {})}
            for item in content["items"]
        ],
    }


def _floating(particulars: Mapping[str, Any]) -> dict[str, Any]:
    return {"contains_floating_charge": particulars.get("contains_floating_charge")}


def _kept_filings(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "company_number": _linked_company(content),
        "filing_history_status": content.get("filing_history_status"),
        "items": [
            {name: item.get(name) for name in _FILING_FIELDS}
            | {"description_values": _made_up(item.get("description_values") or {})}
            for item in content["items"]
            if item["category"] in FILING_CATEGORIES
        ],
    }


def _made_up(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"made_up_date": values.get("made_up_date")}


def _case_rows(kept: Mapping[str, Any], seen_on: dt.date) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for position, case in enumerate(kept["cases"], start=1):
        for event, day in _case_events(case):
            known = day + dt.timedelta(days=_NOTICE_DAYS)
            rows.append(
                {
                    "case_number": str(case["number"] or position),
                    "case_type": str(case["type"]),
                    "event": event,
                    "event_on": day,
                    "seen_to": seen_on,
                    "observed_to": day,
                    "published_on": max(day, min(known, seen_on)),
                }
            )
    return rows


def _case_events(case: Mapping[str, Any]) -> Iterator[tuple[str, dt.date]]:
    for entry in case["dates"]:
        yield str(entry["type"]), stated_day(entry["date"])
    begun = [day_of(one["appointed_on"]) for one in case["practitioners"]]
    ended = [day_of(one["ceased_to_act_on"]) for one in case["practitioners"]]
    first = [day for day in begun if day is not None]
    last = [day for day in ended if day is not None]
    if first:
        yield "practitioner-appointed-on", min(first)
    if last and len(last) == len(ended):
        yield "practitioners-ceased-on", max(last)


def _charge_rows(kept: Mapping[str, Any], seen_on: dt.date) -> list[dict[str, object]]:
    # The status is the one field that every charge has.
    if any(item["status"] is None for item in kept["items"]):
        raise ValueError("a charge without a status")
    return [
        {
            "charge_id": str(item["charge_code"] or item["charge_number"] or item["id"]),
            "status": item["status"],
            "created_on": day_of(item["created_on"]),
            "satisfied_on": day_of(item["satisfied_on"]),
            "contains_floating_charge": item["particulars"]["contains_floating_charge"],
            "observed_to": known,
            "published_on": known,
        }
        for item in kept["items"]
        for known in [day_of(item["delivered_on"] or item["created_on"]) or seen_on]
    ]


def _filing_rows(kept: Mapping[str, Any], seen_on: dt.date) -> list[dict[str, object]]:
    return [
        {
            "transaction_id": str(item["transaction_id"]),
            "category": str(item["category"]),
            "subcategory": _text(item["subcategory"]),
            "form": item["type"],
            "description": item["description"],
            "made_up_to": day_of(item["description_values"]["made_up_date"] or item["action_date"])
            if item["category"] == "accounts"
            else None,
            "observed_to": filed_on,
            "published_on": filed_on,
        }
        for item in kept["items"]
        for filed_on in [stated_day(item["date"])]
    ]


_KEPT: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    INSOLVENCY: _kept_cases,
    CHARGES: _kept_charges,
    FILINGS: _kept_filings,
}
_READERS: Mapping[str, Callable[[Mapping[str, Any], dt.date], list[dict[str, object]]]] = {
    INSOLVENCY: _case_rows,
    CHARGES: _charge_rows,
    FILINGS: _filing_rows,
}


def _all_have(items: list[Any], field: str) -> bool:
    return bool(items) and all(isinstance(item, dict) and field in item for item in items)


def _text(value: object) -> str | None:
    """A text, or the texts of a list, as some filings give two kinds."""
    if value is None:
        return None
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _linked_company(content: Mapping[str, Any]) -> str | None:
    given = content.get("company_number")
    if given is not None:
        return str(given)
    found = _LINKED_COMPANY.search(json.dumps(content))
    return None if found is None else found.group(1)


def _named_company(raw: RawFile) -> str | None:
    found = _NAMED_COMPANY.search(raw.key) or _NAMED_COMPANY.search(Path(raw.origin).name)
    return None if found is None else found.group(1)


def _rejection(name: str) -> DataRejectedError:
    return DataRejectedError(
        f"{name}: it is no answer of Companies House about cases, charges or filings; fetch it "
        "again."
    )
