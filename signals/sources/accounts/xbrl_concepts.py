"""XBRL concepts of each item of accounts, best first (Methodology A.1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Concept:
    """How an item can be had from reported facts.

    Attributes:
        terms: concept names that are added up; a name with a leading `-` is taken off.
        is_weak: a substitute that may mean something a little different.
        optional: names, signed alike, that count as nothing where they are not reported.
        is_total: one of several names under which companies report a total or slices of it.
    """

    terms: tuple[str, ...]
    is_weak: bool = False
    optional: tuple[str, ...] = ()
    is_total: bool = False

    @property
    def name(self) -> str:
        """The formula as text, such as `Assets-Equity`."""
        return "+".join(self.terms).replace("+-", "-")


def _first_of(*names: str) -> tuple[Concept, ...]:
    return tuple(Concept((name,)) for name in names)


def _totals(*names: str) -> tuple[Concept, ...]:
    return tuple(Concept((name,), is_total=True) for name in names)


def _weak(*terms: str, optional: tuple[str, ...] = ()) -> Concept:
    return Concept(terms, is_weak=True, optional=optional)


_PRE_TAX = (
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
)
_PRE_TAX_MINORITY = (
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
    "MinorityInterestAndIncomeLossFromEquityMethodInvestments"
)

#: Items that are amounts over a year; all others are balances on a day.
DURATION_ITEMS = frozenset(
    {
        "ebit",
        "revenue",
        "net_income",
        "interest_expense",
        "cost_of_sales",
        "depreciation",
        "overheads",
        "operating_cash_flow",
        "employee_expense",
    }
)

ITEMS = (
    "total_assets",
    "current_assets",
    "current_liabilities",
    "total_liabilities",
    "equity",
    "retained_earnings",
    "ebit",
    "revenue",
    "net_income",
    "interest_expense",
    "cash",
    "receivables",
    "inventory",
    "payables",
    "cost_of_sales",
    "depreciation",
    "overheads",
    "operating_cash_flow",
    "employee_expense",
    "employee_liabilities",
    "employees",
    "minimum_wage_month",
    "fixed_assets",
    "long_term_debt",
    "market_value",
    "going_concern_doubt",
)

_US_GAAP: Mapping[str, tuple[Concept, ...]] = {
    "total_assets": _first_of("Assets"),
    "current_assets": _first_of("AssetsCurrent"),
    "current_liabilities": _first_of("LiabilitiesCurrent"),
    "total_liabilities": (
        Concept(("Liabilities",)),
        Concept(
            (
                "LiabilitiesAndStockholdersEquity",
                "-StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
            ),
            optional=(
                "-TemporaryEquityCarryingAmountAttributableToParent",
                "-RedeemableNoncontrollingInterestEquityCarryingAmount",
            ),
        ),
        Concept(
            ("LiabilitiesAndStockholdersEquity", "-StockholdersEquity"),
            optional=(
                "-MinorityInterest",
                "-TemporaryEquityCarryingAmountAttributableToParent",
                "-RedeemableNoncontrollingInterestEquityCarryingAmount",
            ),
        ),
    ),
    "equity": _first_of(
        "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",
        "StockholdersEquity",
    ),
    "retained_earnings": _first_of("RetainedEarningsAccumulatedDeficit"),
    "ebit": (
        Concept(("OperatingIncomeLoss",)),
        _weak(_PRE_TAX, "InterestExpense"),
        _weak(_PRE_TAX_MINORITY, "InterestExpense"),
    ),
    "revenue": (
        *_totals(
            "RevenueFromContractWithCustomerExcludingAssessedTax",
            "Revenues",
            "SalesRevenueNet",
            "SalesRevenueGoodsNet",
        ),
        *_first_of("RevenueFromContractWithCustomerIncludingAssessedTax"),
    ),
    "net_income": _first_of("NetIncomeLoss", "ProfitLoss"),
    "interest_expense": (
        *_first_of(
            "InterestExpense",
            "InterestExpenseNonoperating",
            "InterestAndDebtExpense",
            "InterestExpenseDebt",
        ),
        _weak("InterestPaidNet"),
    ),
    "cash": (
        Concept(("CashAndCashEquivalentsAtCarryingValue",)),
        _weak("CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"),
        _weak("Cash"),
    ),
    "receivables": (Concept(("AccountsReceivableNetCurrent",)), _weak("ReceivablesNetCurrent")),
    "inventory": (Concept(("InventoryNet",)), _weak("InventoryFinishedGoodsNetOfReserves")),
    "payables": (
        *_first_of("AccountsPayableCurrent", "AccountsPayableTradeCurrent"),
        _weak("AccountsPayableAndAccruedLiabilitiesCurrent"),
    ),
    "cost_of_sales": (
        *_first_of("CostOfRevenue", "CostOfGoodsAndServicesSold", "CostOfGoodsSold"),
        Concept(("RevenueFromContractWithCustomerExcludingAssessedTax", "-GrossProfit")),
        Concept(("Revenues", "-GrossProfit")),
        Concept(("SalesRevenueNet", "-GrossProfit")),
    ),
    "depreciation": (
        *_totals(
            "DepreciationDepletionAndAmortization",
            "DepreciationAmortizationAndAccretionNet",
            "DepreciationAndAmortization",
        ),
        _weak(
            "Depreciation",
            optional=("AmortizationOfIntangibleAssets", "OtherDepreciationAndAmortization"),
        ),
    ),
    "overheads": _first_of("SellingGeneralAndAdministrativeExpense"),
    "operating_cash_flow": (
        Concept(("NetCashProvidedByUsedInOperatingActivities",)),
        _weak("NetCashProvidedByUsedInOperatingActivitiesContinuingOperations"),
    ),
    "employee_expense": _first_of("LaborAndRelatedExpense", "SalariesWagesAndOfficersCompensation"),
    "employee_liabilities": (
        Concept(("EmployeeRelatedLiabilitiesCurrent",)),
        _weak("AccruedSalariesCurrent"),
    ),
    "fixed_assets": _first_of("PropertyPlantAndEquipmentNet"),
    "long_term_debt": (
        Concept(("LongTermDebtNoncurrent",)),
        _weak("LongTermDebt"),
        _weak("LongTermDebtAndCapitalLeaseObligations"),
    ),
}

_IFRS_FULL: Mapping[str, tuple[Concept, ...]] = {
    "total_assets": _first_of("Assets"),
    "current_assets": _first_of("CurrentAssets"),
    "current_liabilities": _first_of("CurrentLiabilities"),
    "total_liabilities": (
        Concept(("Liabilities",)),
        Concept(("CurrentLiabilities", "NoncurrentLiabilities")),
        Concept(("EquityAndLiabilities", "-Equity")),
    ),
    "equity": (Concept(("Equity",)), _weak("EquityAttributableToOwnersOfParent")),
    "retained_earnings": _first_of("RetainedEarnings"),
    "ebit": (
        Concept(("ProfitLossFromOperatingActivities",)),
        _weak("ProfitLossBeforeTax", "FinanceCosts", optional=("-FinanceIncome",)),
    ),
    "revenue": (
        *_totals("Revenue", "RevenueFromContractsWithCustomers"),
        _weak("RevenueFromSaleOfGoods"),
    ),
    "net_income": (Concept(("ProfitLoss",)), _weak("ProfitLossAttributableToOwnersOfParent")),
    "interest_expense": (Concept(("InterestExpense",)), _weak("FinanceCosts")),
    "cash": _first_of("CashAndCashEquivalents"),
    "receivables": (
        Concept(("CurrentTradeReceivables",)),
        _weak("TradeAndOtherCurrentReceivables"),
    ),
    "inventory": _first_of("Inventories"),
    "payables": (
        Concept(("TradeAndOtherCurrentPayablesToTradeSuppliers",)),
        _weak("TradeAndOtherCurrentPayables"),
    ),
    "cost_of_sales": (
        Concept(("CostOfSales",)),
        Concept(("Revenue", "-GrossProfit")),
        # Expenses by nature: what goods cost, without what is spent on making them.
        _weak(
            "RawMaterialsAndConsumablesUsed",
            optional=(
                "ChangesInInventoriesOfFinishedGoodsAndWorkInProgress",
                "EmployeeBenefitsExpense",
            ),
        ),
    ),
    "depreciation": (
        Concept(("DepreciationAndAmortisationExpense",)),
        _weak("AdjustmentsForDepreciationAndAmortisationExpense"),
    ),
    "overheads": (
        Concept(("SellingGeneralAndAdministrativeExpense",)),
        Concept(("DistributionCosts", "AdministrativeExpense")),
    ),
    "operating_cash_flow": _first_of("CashFlowsFromUsedInOperatingActivities"),
    "employee_expense": (
        Concept(("EmployeeBenefitsExpense",)),
        _weak("WagesAndSalaries", optional=("SocialSecurityContributions",)),
    ),
    "employee_liabilities": (
        Concept(("ShorttermEmployeeBenefitsAccruals",)),
        _weak("CurrentProvisionsForEmployeeBenefits"),
    ),
    "fixed_assets": _first_of("PropertyPlantAndEquipment"),
    "long_term_debt": (
        Concept(("LongtermBorrowings",)),
        _weak("NoncurrentPortionOfNoncurrentBorrowings"),
    ),
}

#: Concepts by taxonomy, in the order in which taxonomies are tried.
TAXONOMIES: Mapping[str, Mapping[str, tuple[Concept, ...]]] = MappingProxyType(
    {"us-gaap": MappingProxyType(_US_GAAP), "ifrs-full": MappingProxyType(_IFRS_FULL)}
)


def concept_names(taxonomy: str) -> frozenset[str]:
    """All concept names that some item of a taxonomy can use."""
    return frozenset(
        name.removeprefix("-")
        for concepts in TAXONOMIES[taxonomy].values()
        for concept in concepts
        for name in (*concept.terms, *concept.optional)
    )


#: Names of totals: several figures of one are slices and the whole.
TOTAL_NAMES = frozenset(
    concept.terms[0]
    for of_items in TAXONOMIES.values()
    for concepts in of_items.values()
    for concept in concepts
    if concept.is_total
)
