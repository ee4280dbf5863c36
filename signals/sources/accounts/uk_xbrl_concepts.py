"""Concepts of British accounts (FRC taxonomies and their forerunner of 2009) by item."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from signals.sources.accounts.company_facts import FISCAL_YEAR_DAYS
from signals.sources.accounts.xbrl_concepts import DURATION_ITEMS
from signals.sources.accounts.xbrl_figures import one_figure
from signals.sources.accounts.xbrl_instance import Fact

#: Member of a context by which creditors are split.
_WITHIN = frozenset({"WithinOneYear"})
_CURRENT = frozenset({"CurrentFinancialInstruments"})
_NONE: frozenset[str] = frozenset()
#: Members that say what the accounts are, or that a figure is as first stated: the amount is whole.
_NEUTRAL = frozenset(
    {
        "Original",
        "FullAccounts",
        "AbridgedAccounts",
        "AbbreviatedAccounts",
        "SmallCompaniesRegimeForAccounts",
        "Micro-entities",
        "FRS102",
        "Audited",
        "AuditExempt-NoAccountantsReport",
        "AuditExemptWithAccountantsReport",
    }
)


@dataclass(frozen=True)
class UkItem:
    """One item of a British statement; `concept` begins with the regime of the accounts."""

    item: str
    start: dt.date | None
    end: dt.date
    value: float
    currency: str | None
    concept: str
    is_weak: bool


#: Per item: concept, member it must be qualified by, whether it is a weak substitute; best first.
_CONCEPTS: Mapping[str, tuple[tuple[str, frozenset[str], bool], ...]] = MappingProxyType(
    {
        "current_assets": (("CurrentAssets", _NONE, False),),
        "current_liabilities": (
            ("Creditors", _WITHIN, False),
            ("Creditors", _CURRENT, False),
            ("CreditorsDueWithinOneYear", _NONE, False),
            ("CreditorsDueWithinOneYearTotalCurrentLiabilities", _NONE, False),
        ),
        "equity": (
            ("Equity", _NONE, False),
            ("ShareholderFunds", _NONE, False),
            ("ShareholdersFunds", _NONE, False),
            ("NetAssetsLiabilities", _NONE, False),
            ("NetAssetsLiabilitiesIncludingPensionAssetLiability", _NONE, False),
        ),
        "retained_earnings": (
            ("Equity", frozenset({"RetainedEarningsAccumulatedLosses"}), False),
            ("ProfitLossAccountReserve", _NONE, False),
            ("RetainedEarningsAccumulatedLosses", _NONE, False),
        ),
        "cash": (
            ("CashBankOnHand", _NONE, False),
            ("CashBankInHand", _NONE, False),
            ("CashCashEquivalents", _NONE, True),
        ),
        "receivables": (
            ("TradeDebtorsTradeReceivables", _NONE, False),
            ("TradeDebtorsTradeReceivables", _CURRENT, False),
            ("Debtors", _NONE, True),
        ),
        "inventory": (("TotalInventories", _NONE, False), ("StocksInventory", _NONE, False)),
        "payables": (
            ("TradeCreditorsTradePayables", _WITHIN, False),
            ("TradeCreditorsTradePayables", _CURRENT, False),
        ),
        "fixed_assets": (
            ("PropertyPlantEquipment", _NONE, False),
            ("TangibleFixedAssets", _NONE, False),
        ),
        "revenue": (
            ("TurnoverRevenue", _NONE, False),
            ("TurnoverGrossOperatingRevenue", _NONE, False),
        ),
        "cost_of_sales": (("CostSales", _NONE, False),),
        "ebit": (("OperatingProfitLoss", _NONE, False),),
        "net_income": (("ProfitLoss", _NONE, False), ("ProfitLossForPeriod", _NONE, False)),
        "interest_expense": (("InterestPayableSimilarChargesFinanceCosts", _NONE, False),),
        "employee_expense": (
            ("StaffCostsEmployeeBenefitsExpense", _NONE, False),
            ("StaffCosts", _NONE, False),
        ),
        "employees": (
            ("AverageNumberEmployeesDuringPeriod", _NONE, False),
            ("EmployeesTotal", _NONE, True),
        ),
    }
)
#: Totals of which slices are reported under the same name.
_TOTALS = frozenset(name for name, _, _ in _CONCEPTS["revenue"])
_AMOUNTS_OWED = frozenset({"current_liabilities", "payables"})
_GOING_CONCERN = "FinancialStatementsArePreparedOnGoing-concernBasisTruefalse"
_PROFIT_AND_LOSS = ("revenue", "ebit", "net_income")

#: How a document states its regime: a fact without a value of its own, and its member.
_STANDARD, _MICRO = "AccountingStandardsApplied", "Micro-entities"
_SMALL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "ApplicableLegislation": frozenset({"SmallCompaniesRegimeForAccounts"}),
        "AccountsTypeFullOrAbbreviated": frozenset({"AbridgedAccounts", "AbbreviatedAccounts"}),
    }
)


def uk_items(facts: Sequence[Fact]) -> Iterator[UkItem]:
    """Items of every year that a document reports, the better concept first.

    Total assets follow from net assets and what is owed, as British balance sheets do not add them
    up. A document of which no year has total assets gives the items that it has. Concepts begin
    with the regime that the accounts were made under, see `disclosure_regime`.
    """
    amounts = _amounts(facts)
    for (name, members, end), fact in list(amounts.items()):
        amounts.setdefault((name, members - _NEUTRAL, end), fact)
    found: dict[dt.date, dict[str, UkItem]] = defaultdict(dict)
    ends = sorted({fact.end for fact in amounts.values()})
    for end in ends:
        for item, choices in _CONCEPTS.items():
            for name, members, is_weak in choices:
                own = amounts.get((name, members, end))
                if own is None or own.value is None:
                    continue
                value = abs(own.value) if item in _AMOUNTS_OWED else own.value
                start = own.start if item in DURATION_ITEMS else None
                found[end][item] = UkItem(item, start, end, value, own.currency, name, is_weak)
                break
        found[end].update(_current_liabilities(amounts, end, found[end]))
        found[end].update(_total_assets(amounts, end, found[end]))
    stated = [fact for fact in facts if fact.name == _GOING_CONCERN]
    if stated and ends:
        value = float(stated[0].text.strip().lower() == "false")
        name = "GoingConcernBasis"
        found[ends[-1]]["going_concern_doubt"] = UkItem(
            "going_concern_doubt", None, ends[-1], value, None, name, False
        )
    reported = {item for of_year in found.values() for item in of_year}
    regime = disclosure_regime(facts, shows_profit_and_loss=bool(reported & set(_PROFIT_AND_LOSS)))
    # A year beside those with a balance sheet shows single figures only, such as opening reserves.
    # Where no year has one, the single figures are all that the document says.
    whole = [of_year for of_year in found.values() if "total_assets" in of_year]
    for of_year in whole or found.values():
        for entry in of_year.values():
            yield replace(entry, concept=f"{regime}:{entry.concept}")


def _amounts(facts: Sequence[Fact]) -> dict[tuple[str, frozenset[str], dt.date], Fact]:
    """One fact for each concept, members and day; without a value where several contradict.

    Of the periods that end on a day it is the fiscal year; of several currencies the one that most
    facts have.
    """
    several: dict[tuple[str, frozenset[str], dt.date], list[Fact]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for fact in facts:
        if fact.value is not None:
            several[fact.name, fact.members, fact.end].append(fact)
            counts[fact.currency or ""] += bool(fact.currency)
    main = max(sorted(counts), key=lambda currency: counts[currency], default="")
    amounts = {}
    for key, found in several.items():
        of_year = [one for one in found if one.start is None or _is_year(one.start, one.end)]
        usual = of_year or found
        chosen = [one for one in usual if one.currency in (None, main)] or usual
        values = [one.value for one in chosen if one.value is not None]
        value = one_figure(values, is_total=key[0] in _TOTALS)
        amounts[key] = replace(chosen[0], value=value)
    return amounts


def _is_year(start: dt.date, end: dt.date) -> bool:
    shortest, longest = FISCAL_YEAR_DAYS
    return shortest <= (end - start).days + 1 <= longest


def disclosure_regime(facts: Sequence[Fact], *, shows_profit_and_loss: bool) -> str:
    """`uk-micro`, `uk-small` or `uk-gaap`: what the law asked these accounts to show.

    As the document states it: the standard for micro-entities (FRS 105), else the regime for small
    companies or abridged accounts. Documents that state neither, such as those from before 2014,
    are of a small company where they leave out the profit and loss account, which only small
    companies may.
    """
    if any(fact.name == _STANDARD and _MICRO in fact.members for fact in facts):
        return "uk-micro"
    stated = any(
        fact.members & members
        for fact in facts
        for name, members in _SMALL.items()
        if fact.name == name
    )
    return "uk-small" if stated or not shows_profit_and_loss else "uk-gaap"


def _current_liabilities(
    amounts: Mapping[tuple[str, frozenset[str], dt.date], Fact],
    end: dt.date,
    items: Mapping[str, UkItem],
) -> dict[str, UkItem]:
    """What is owed within a year, where it is only the difference of two lines that are shown."""
    net = amounts.get(("NetCurrentAssetsLiabilities", _NONE, end))
    current = items.get("current_assets")
    if "current_liabilities" in items or net is None or net.value is None or current is None:
        return {}
    owed = UkItem(
        "current_liabilities", None, end, current.value - net.value, net.currency,
        "CurrentAssets-NetCurrentAssetsLiabilities", True,
    )  # fmt: skip
    return {"current_liabilities": owed} if owed.value >= 0 else {}


def _total_assets(
    amounts: Mapping[tuple[str, frozenset[str], dt.date], Fact],
    end: dt.date,
    items: Mapping[str, UkItem],
) -> dict[str, UkItem]:
    owed = items.get("current_liabilities")
    ways = (
        (("TotalAssets",), 0.0, False),
        (("TotalAssetsLessCurrentLiabilities",), None if owed is None else owed.value, False),
        # Prepayments can stand outside of both.
        (("FixedAssets", "CurrentAssets"), 0.0, True),
        (("CurrentAssets",), 0.0, True),
    )
    for names, more, is_weak in ways:
        parts = [amounts.get((name, _NONE, end)) for name in names]
        values = [part.value for part in parts if part is not None and part.value is not None]
        first = parts[0]
        if len(values) == len(names) and more is not None and first is not None:
            concept = "+".join(names) + ("+Creditors" if more else "")
            total = sum(values) + more
            return {
                "total_assets": UkItem(
                    "total_assets", None, end, total, first.currency, concept, is_weak
                )
            }
    return {}
