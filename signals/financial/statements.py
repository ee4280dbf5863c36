"""The annual statements of each supplier, from every source of accounts alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

#: Sources of accounts, the first one preferred when two report a year equally well.
ACCOUNT_SOURCES = (
    "sec_companyfacts",
    "sec_financial_statements",
    "companies_house_accounts",
    "filings_xbrl_org",
    "accounts_csv",
)

#: Their staging tables, all of one shape.
ACCOUNT_TABLES = tuple(f"stg_{source}__items" for source in ACCOUNT_SOURCES)

#: The one whose rows state themselves whether they are of the group; XBRL filers report on it.
_SAYS_ITS_BASIS = "stg_accounts_csv__items"

#: Accounts older than thirty months do not describe the present; the max_age of the cards.
ACCOUNTS_MAX_AGE_DAYS = 912
#: How late they are; the lag of the cards.
ACCOUNTS_LAG = "Annual accounts appear 2 to 21 months after the year's end."

#: Relative error of a figure: of audited accounts after rounding, and of a weak substitute.
FIGURE_ERROR_SHARE = 0.01
WEAK_FIGURE_ERROR_SHARE = 0.10

#: Name under which the inputs may hold what `annual_statements` gives, made once for all signals.
PREPARED = "annual_statements"

#: What is kept of each item of a statement, as columns `<kind>_<item>`.
_KINDS: dict[str, pl.DataType] = {
    "value": pl.Float64(),
    "is_weak": pl.Boolean(),
    "origin": pl.String(),
    "taxonomy": pl.String(),
    "currency": pl.String(),
    "filed_on": pl.Date(),
}

_BASIS = ["supplier_id", "source_rank", "basis"]

#: Key of a statement; annual statements are in this order.
STATEMENT = [*_BASIS, "period_end"]

_DAYS_PER_YEAR = 365.25


def statements(inputs: Mapping[str, pl.LazyFrame], items: Sequence[str]) -> pl.LazyFrame:
    """Every annual statement of each supplier, on the basis of its latest one.

    The latest statement is the latest period with a total of assets; where two sources or two
    bases report that period, the one with more of `items`, then the consolidated one, then the
    order of `ACCOUNT_SOURCES`. Sources and bases are never mixed, neither in a statement nor from
    year to year. Each figure is the latest filed.

    Args:
        inputs: frames by table name, already limited to what was published by the as-of date.
        items: the items wanted.

    Returns:
        supplier_id, period_end, years_before (0: the latest), origin, filed_on (first day on
        which any of the statement was published), source, taxonomy (of its concepts), currency,
        currencies (number of different ones among `items`), and per item `<item>` (null: not
        disclosed) and `<item>_is_weak`; always with total assets, total liabilities and equity.
        Total liabilities and equity that are not reported are had from the other and total
        assets, marked weak.
    """
    base = ("total_assets", "total_liabilities", "equity")
    every = tuple(dict.fromkeys((*items, *base)))
    prepared = inputs[PREPARED] if PREPARED in inputs else annual_statements(inputs, every).lazy()
    known = set(prepared.collect_schema().names())

    def of(kind: str, item: str) -> pl.Expr:
        name = f"{kind}_{item}"
        return pl.col(name) if name in known else pl.lit(None, _KINDS[kind])

    in_order = sorted(every)
    wanted = sorted(set(items))
    currencies = pl.concat_list(of("currency", item) for item in wanted).list.drop_nulls()
    reported = [of("origin", item).is_not_null() for item in wanted]
    columns: list[pl.Expr] = []
    for item in every:
        columns.append(of("value", item).alias(item))
        columns.append(of("is_weak", item).alias(f"{item}_is_weak"))
    whole = (
        prepared.filter(pl.any_horizontal(of("origin", item).is_not_null() for item in every))
        .select(
            *_BASIS,
            "period_end",
            *columns,
            origin=pl.coalesce(of("origin", item) for item in in_order),
            taxonomy=pl.coalesce(of("taxonomy", item) for item in in_order),
            currency=currencies.list.first(),
            currencies=currencies.list.n_unique(),
            items_found=pl.sum_horizontal(reported),
            filed_on=pl.min_horizontal(of("filed_on", item) for item in every),
        )
        .with_columns(
            has_total=pl.col("total_assets").is_not_null(),
            is_consolidated=pl.col("basis") == "consolidated",
        )
    )
    chosen = (
        whole.sort(
            "supplier_id",
            "has_total",
            "period_end",
            "items_found",
            "is_consolidated",
            "source_rank",
            "basis",
            descending=[False, True, True, True, True, False, False],
        )
        .unique("supplier_id", keep="first", maintain_order=True)
        .select(*_BASIS, last_end="period_end")
    )
    sources = dict(enumerate(ACCOUNT_SOURCES))
    return (
        _with_derived_totals(whole.join(chosen, on=_BASIS))
        .filter(pl.col("period_end") <= pl.col("last_end"))
        .with_columns(
            years_before=(
                (pl.col("last_end") - pl.col("period_end")).dt.total_days() / _DAYS_PER_YEAR
            )
            .round()
            .cast(pl.Int64),
            source=pl.col("source_rank").replace_strict(sources, return_dtype=pl.String),
        )
        # A changed year end can give a year two statements; the later one is of that year.
        .sort("supplier_id", "years_before", "period_end", descending=[False, False, True])
        .unique(["supplier_id", "years_before"], keep="first", maintain_order=True)
        .drop("source_rank", "basis", "items_found", "has_total", "is_consolidated", "last_end")
    )


def statement_items(inputs: Mapping[str, pl.LazyFrame]) -> list[str]:
    """The items that any statement reports, in the order of their names."""
    found = _facts(inputs).select(pl.col("item").unique()).collect()["item"]
    return found.drop_nulls().sort().to_list()


def annual_statements(
    inputs: Mapping[str, pl.LazyFrame],
    items: Sequence[str] | None = None,
    columns_of: Sequence[str] | None = None,
) -> pl.DataFrame:
    """One row per statement of every source and basis, with what is known of each item.

    Under the name `PREPARED` among the inputs, it spares each signal the same work.

    Args:
        inputs: as for `statements`.
        items: the items that are asked for; None for all.
        columns_of: the items that get columns, in this order, also where no statement reports
            them, so that parts of a list have the same; None: those found.

    Returns:
        supplier_id, source_rank, basis, period_end, and per item found `value_<item>`,
        `is_weak_<item>`, `origin_<item>`, `taxonomy_<item>`, `currency_<item>` of the figure
        latest filed, and `filed_on_<item>`: the first day on which any was published.
    """
    facts = _facts(inputs)
    if items is not None:
        facts = facts.filter(pl.col("item").is_in(items))
    found = (
        facts.sort(*STATEMENT, "item", "published_on", "concept", maintain_order=True)
        .group_by([*STATEMENT, "item"], maintain_order=True)
        .agg(
            pl.col("value", "is_weak", "origin", "concept", "currency").last(),
            filed_on=pl.col("published_on").min(),
        )
        # The cover page (dei) goes with every taxonomy.
        .with_columns(taxonomy=pl.col("concept").str.extract(r"^(\w[\w-]*):").replace("dei", None))
        .collect()
        .pivot("item", index=STATEMENT, values=list(_KINDS))
    )
    if columns_of is None:
        return found
    columns = {f"{kind}_{item}": of for kind, of in _KINDS.items() for item in columns_of}
    return found.select(
        *STATEMENT,
        *(
            pl.col(name).cast(of) if name in found.columns else pl.lit(None, of).alias(name)
            for name, of in columns.items()
        ),
    )


def latest_statements(inputs: Mapping[str, pl.LazyFrame], items: Sequence[str]) -> pl.LazyFrame:
    """One row per supplier that has any accounts: its latest annual statement as known.

    Columns and choice as in `statements`.
    """
    return statements(inputs, items).filter(pl.col("years_before") == 0)


def figure_error_share(item: str) -> pl.Expr:
    """Relative standard error of an item's figure, wider for weak substitutes."""
    return (
        pl.when(pl.col(f"{item}_is_weak"))
        .then(WEAK_FIGURE_ERROR_SHARE)
        .otherwise(FIGURE_ERROR_SHARE)
    )


def _facts(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    frames = []
    for rank, table in enumerate(ACCOUNT_TABLES):
        basis = pl.col("concept") if table == _SAYS_ITS_BASIS else pl.lit("consolidated")
        frames.append(inputs[table].with_columns(basis=basis, source_rank=pl.lit(rank)))
    return pl.concat(frames, how="vertical_relaxed")


def _with_derived_totals(whole: pl.LazyFrame) -> pl.LazyFrame:
    return whole.with_columns(
        total_liabilities=pl.coalesce(
            "total_liabilities", pl.col("total_assets") - pl.col("equity")
        ),
        total_liabilities_is_weak=pl.col("total_liabilities_is_weak").fill_null(True),
        equity=pl.coalesce("equity", pl.col("total_assets") - pl.col("total_liabilities")),
        equity_is_weak=pl.col("equity_is_weak").fill_null(True),
    )
