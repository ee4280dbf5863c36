"""Everything a run hands over to be written: the one argument of every writer in this package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl
from babel import Locale

from reports.country_names import country_name, country_name_in
from reports.languages.catalogue import translator
from reports.languages.sentences import Sentences
from signals.card import SignalCard, SourceCard

#: Of signals without values, read to see which have the same for every supplier.
_ROWS_AT_A_TIME = 250_000

#: Whose rows are read at a time; scoring writes the rows of as many side by side.
_SUPPLIERS_AT_A_TIME = 20_000


@dataclass(frozen=True)
class ReportBundle:
    """The result of one run.

    Attributes:
        title: heading of the report.
        is_synthetic: the data are synthetic; every output then says so.
        run_id: name of the run, equal for equal inputs.
        as_of: the as-of date.
        scores: columns of `sql/40_marts/scores.sql` without `run_id`, one row per supplier.
        contributions: columns of `sql/40_marts/contributions.sql` without `run_id`, read when
            collected: of a long list they fill the memory, so take few columns or suppliers. With
            `every_contribution`, signals that apply to no supplier have no rows.
        suppliers: columns of `sql/20_staging/stg_suppliers.sql`.
        sites: columns of `sql/20_staging/stg_sites.sql`.
        rejected: rejected rows: columns of `reports.tables.rejections.with_suppliers`.
        site_signal_values: columns of `sql/30_signals/site_signal_values.sql`.
        signal_cards: by signal id.
        source_cards: by source id.
        manifest: the run manifest, ready for JSON. The report reads `warnings` (sentences),
            `sources` (records with `source_id`, `status` of read, unavailable or not_set_up, and
            `reason`), `list_checks`, `countries` and `fairness`, all optional.
        top_k: how many suppliers the audit budget allows.
        uncertainty: rank uncertainty, one row per supplier: supplier_id, rank_median,
            prob_same_band (share of simulations in its band), main_uncertainty_source (a sentence);
            null
            without a score. The 90 % interval and P(top k) are in `scores`. None: no simulations.
        needed_changes: the smallest change of evidence that puts a supplier of the top k below the
            cut, as `scoring.explanation.counterfactual.needed_changes` gives it;
            `counterfactuals` words it.
        ranks_within_country: supplier_id, country_iso3, rank_within_country,
            suppliers_ranked_in_country, of the
            suppliers with a score; ties share the lowest rank.
        flags: list hits, columns of `sql/40_marts/supplier_flags.sql` but run_id. None: no list.
        links: entries of registers that a supplier is or may be, columns of
            `sql/40_marts/supplier_links.sql` without run_id. None: no register.
        ranks_withheld: why single ranks are not shown, in a sentence; None where they are.
        purchasing_practices: the buyer's own practice, columns of
            `reports.tables.purchasing_practices.SCHEMA`; None or empty without a ledger.
        earlier_ranks: ranks in earlier published runs of the list: supplier_id, as_of,
            rank, rank_p05, rank_p95, ranked (how many were). None: there is no earlier run.
        earlier_values: the first value of a signal within those runs: supplier_id, signal_id,
            since (their as-of day), value_before, stderr_before. None: there is no earlier run.
        series: values over time for the small figures: supplier_id, signal_id, title, unit,
            year, month (null where there is one value a year), value. None: none were staged.
        land_figures: data of the land figures of the first suppliers:
            supplier_id, site_id, signal_id, figure (loss, vegetation, class_change), label, at,
            value, broke_on (day of a confirmed breakpoint); in the order of plotting. None: no
            rows.
        language: of the report, one of `reports.languages.catalogue.LANGUAGES`.
        every_contribution: a row for every signal and supplier, as measured, read when collected,
            but for `shared_contributions`. None: `contributions` has them all.
        shared_contributions: one row, without a supplier, of each signal of which
            `every_contribution` has none, because it holds for every supplier. None: no such row.
        tables: what stages made of the list for a file of its own, by the name of the declared
            output (`reports.outputs`), such as `movements` or `audit_plan`; a run that has no such
            table lacks it. Their columns are declared there.
    """

    title: str
    is_synthetic: bool
    run_id: str
    as_of: dt.date
    scores: pl.DataFrame
    contributions: pl.LazyFrame
    suppliers: pl.DataFrame
    sites: pl.DataFrame
    rejected: pl.DataFrame
    site_signal_values: pl.DataFrame
    signal_cards: Mapping[str, SignalCard]
    source_cards: Mapping[str, SourceCard]
    manifest: Mapping[str, object]
    top_k: int
    uncertainty: pl.DataFrame | None = None
    ranks_within_country: pl.DataFrame | None = None
    needed_changes: pl.DataFrame | None = None
    ranks_withheld: str | None = None
    purchasing_practices: pl.DataFrame | None = None
    flags: pl.DataFrame | None = None
    links: pl.DataFrame | None = None
    earlier_ranks: pl.DataFrame | None = None
    earlier_values: pl.DataFrame | None = None
    series: pl.DataFrame | None = None
    land_figures: pl.DataFrame | None = None
    language: str = "en"
    every_contribution: pl.LazyFrame | None = None
    shared_contributions: pl.DataFrame | None = None
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame | None:
        """A table by the name of its output; None where the run has none."""
        return self.tables.get(name)

    @cached_property
    def sentences(self) -> Sentences:
        """What writes the sentences of the run in its language, one for all outputs.

        An output that reports which of its texts stay English takes a `fresh` one.
        """
        names: dict[str, str] = {}
        if self.language != "en":
            locale = Locale.parse(self.language)
            countries = self.suppliers["country_iso3"].drop_nulls().unique()
            names = {country_name(iso3): country_name_in(locale, iso3) for iso3 in countries}
        return Sentences(translator(self.language), self.signal_cards, names)

    def weights(self) -> dict[str, float | None]:
        """The greatest weight of each signal."""
        rows = self.contributions if self.every_contribution is None else self.every_contribution
        greatest = rows.group_by("signal_id").agg(pl.col("weight").max())
        found = dict(greatest.collect(engine="streaming").iter_rows())
        if self.shared_contributions is not None:
            found |= dict(self.shared_contributions.select("signal_id", "weight").iter_rows())
        return found

    def rows_by_supplier(
        self, columns: Sequence[str]
    ) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Rows of `contributions` of some suppliers after others, each supplier in one part.

        Args:
            columns: of the rows.

        Yields:
            supplier_id of some suppliers, sorted, and their rows in the order of `contributions`;
            at least one part, if an empty one.
        """
        ids = self.suppliers.select("supplier_id").sort("supplier_id")
        for first in range(0, max(1, ids.height), _SUPPLIERS_AT_A_TIME):
            some = ids.slice(first, _SUPPLIERS_AT_A_TIME)
            rows = self.contributions.select(columns)
            if some.height < ids.height:
                first_id, last_id = (pl.lit(some["supplier_id"][place]) for place in (0, -1))
                rows = rows.filter(pl.col("supplier_id").is_between(first_id, last_id))
            yield some, rows.collect()

    def with_values(self, supplier_ids: pl.Series) -> pl.DataFrame:
        """supplier_id and signal_id of the values of some suppliers, few of the list."""
        is_of_them = pl.col("supplier_id").is_in(supplier_ids.unique().implode())
        rows = self.contributions.filter(is_of_them, pl.col("value").is_not_null())
        return rows.select("supplier_id", "signal_id").collect()

    def without_values(self, signal_id: str) -> pl.DataFrame:
        """The rows of a signal that has none in `contributions`; it applies to no supplier."""
        if self.every_contribution is None:
            return self.contributions.clear().collect()
        return self.every_contribution.filter(pl.col("signal_id") == signal_id).collect()

    @cached_property
    def shared_rows(self) -> pl.DataFrame:
        """One row, without a supplier, of each signal that has the same one for every supplier.

        Columns of `contributions`. Such a signal has no values: its source is switched off, say.
        """
        nothing = self.contributions.clear().collect()
        if self.every_contribution is None:
            return nothing
        of_values = self.contributions.select(pl.col("signal_id").unique())
        known = set(of_values.collect(engine="streaming")["signal_id"])
        rows = [nothing]
        if self.shared_contributions is not None:
            rows.append(self.shared_contributions.select(nothing.columns))
            known |= set(self.shared_contributions["signal_id"])
        others = sorted(self.signal_cards.keys() - known)
        facts = pl.exclude("supplier_id", "signal_id")
        is_shared = pl.all_horizontal(facts.eq_missing(facts.first()).all()) & (
            pl.len() == self.suppliers.height
        )
        # Some signals after others: together they have most rows of the run.
        step = max(1, _ROWS_AT_A_TIME // max(1, self.suppliers.height))
        for first in range(0, len(others), step):
            some = others[first : first + step]
            found = self.every_contribution.filter(pl.col("signal_id").is_in(some))
            of_signal = found.group_by("signal_id").agg(facts.first(), is_shared=is_shared)
            shared = of_signal.filter("is_shared").sort("signal_id")
            no_supplier = pl.lit(None, pl.String).alias("supplier_id")
            rows.append(shared.with_columns(no_supplier).select(nothing.columns).collect())
        return pl.concat(rows).sort("signal_id")

    def with_tables(self, **tables: pl.DataFrame) -> ReportBundle:
        """The same run with these tables instead of its own of the same names."""
        return replace(self, tables={**self.tables, **tables})
