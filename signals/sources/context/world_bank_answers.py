"""Answers of the World Bank API: rule of law by country and year, and income levels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from signals.account import Account, Unit, rows_by_rule
from signals.fetching.responses import read_json
from signals.source import REJECTED_SCHEMA, RawFile
from suppliers.input_errors import DataRejectedError
from suppliers.intake.numbers import stated_number, stated_whole
from suppliers.places.countries import country

_INCOME_LEVELS = {"LIC": "low", "LMC": "lower_middle", "UMC": "upper_middle", "HIC": "high"}
INCOME_GROUPS = tuple(_INCOME_LEVELS.values())

#: Estimates are -2.5 to 2.5 but for a few countries a little beyond; a rank or a percentage is far.
_FARTHEST = 3.5

_REGION = "a region, or a country without an income group"
NO_FIGURE = "a country and year without a figure"

_REASONS: Mapping[str, str] = {
    "entry_is_a_record": "the entry is not a record of fields",
    "year_is_a_year": "date is not a year",
    "estimate_is_in_range": f"value is not an estimate from -{_FARTHEST} to {_FARTHEST}",
}

#: country_iso3, year, rule_of_law_risk, income_group.
Figure = tuple[str, int, float, str | None]


@dataclass(frozen=True)
class Answered:
    """What a page of an answer states.

    Attributes:
        figures: of rule of law; 0 is strong, 1 is weak.
        income_groups: of today, by country.
        rejected: entries that break a rule.
    """

    figures: list[Figure]
    income_groups: dict[str, str]
    rejected: pl.DataFrame


def entries_of(path: Path, where: str) -> tuple[dict[str, Any], list[Any]]:
    """The two parts of an API answer: paging and entries.

    Raises:
        DataRejectedError: it is none, or says with status 200 why there is no answer.
    """
    content = read_json(path)
    if isinstance(content, list) and content and isinstance(content[0], dict):
        messages = content[0].get("message")
        if isinstance(messages, list):
            stated = [str(one.get("value")) for one in messages if isinstance(one, dict)]
            raise DataRejectedError(f"{where} answers: {' '.join(stated)}")
    if (
        not isinstance(content, list)
        or len(content) != 2
        or not isinstance(content[0], dict)
        or not str(content[0].get("pages")).isdigit()
        or not isinstance(content[1], list)
    ):
        raise DataRejectedError(f"{where}: it is not a table of the World Bank API")
    return content[0], content[1]


def read_answer(raw: RawFile, account: Account) -> Answered:
    """Read a page of estimates or of income levels, and count its entries.

    Raises:
        DataRejectedError: it is no answer of the API.
    """
    name = Path(raw.origin).name
    _, entries = entries_of(Path(raw.path), name)
    figures: list[Figure] = []
    groups: dict[str, str] = {}
    beyond: Counter[str] = Counter()
    rejected = []
    used = 0
    for position, entry in enumerate(entries, start=1):
        outcome = _outcome(entry)
        if outcome in _REASONS:
            rejected.append((name, position, outcome, _REASONS[outcome]))
        elif outcome:
            beyond[outcome] += 1
        else:
            used += 1
            _take(entry, figures, groups)
    frame = pl.DataFrame(rejected, schema=REJECTED_SCHEMA, orient="row")
    account.count(
        Unit.ROW,
        raw,
        read=len(entries),
        used=used,
        rejected=rows_by_rule(frame),
        out_of_scope=beyond,
    )
    return Answered(figures, groups, frame)


def _outcome(entry: Any) -> str:
    """Empty for an entry that is used; the rule that it breaks, or why it is out of scope."""
    if not isinstance(entry, dict):
        return "entry_is_a_record"
    if "incomeLevel" in entry:
        return "" if _income_group(entry) else _REGION
    if len(_iso3(entry)) != 3:
        return _REGION
    if entry.get("value") is None:
        return NO_FIGURE
    if not str(entry.get("date", "")).isdigit():
        return "year_is_a_year"
    return "" if _is_estimate(entry["value"]) else "estimate_is_in_range"


def _take(entry: Mapping[str, Any], figures: list[Figure], groups: dict[str, str]) -> None:
    group = _income_group(entry)
    if group:
        groups[str(entry.get("id"))] = group
        return
    risk = (2.5 - stated_number(entry["value"])) / 5.0
    figures.append((_iso3(entry), stated_whole(entry["date"]), min(max(risk, 0.0), 1.0), None))


def _is_estimate(value: Any) -> bool:
    try:
        return abs(stated_number(value)) <= _FARTHEST
    except ValueError:
        return False


def _income_group(entry: Mapping[str, Any]) -> str:
    level = entry.get("incomeLevel")
    return _INCOME_LEVELS.get(str(level.get("id")), "") if isinstance(level, dict) else ""


def _iso3(entry: Mapping[str, Any]) -> str:
    """ISO3 code of an entry; blank for Taiwan, whose ISO2 code is there, and for regions."""
    code = str(entry.get("countryiso3code") or "")
    stated = entry.get("country")
    if code or not isinstance(stated, dict):
        return code
    found = country(str(stated.get("id")))
    return "" if found is None else found.iso3
