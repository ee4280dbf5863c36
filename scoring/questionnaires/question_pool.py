"""What several companies ask, without their suppliers: counts by data point, and their union.

A company hands over how many questions and questionnaires ask for each data point, and of how many
suppliers it would still be asked. A number of suppliers below `MIN_SUPPLIERS`, or that leaves fewer
than so many others, is suppressed. No text of a question and no supplier is in the counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

import polars as pl

from scoring.questionnaires.decisions import ON_THE_FORM

#: The smallest number of suppliers that is shown.
MIN_SUPPLIERS = 10
#: Raised when a column changes its meaning or goes.
FORM_VERSION = "1"

COUNT_COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "form_version": pl.String(),
        "company": pl.String(),
        "data_point_id": pl.String(),
        "questions": pl.Int64(),
        "questionnaires": pl.Int64(),
        "suppliers": pl.Int64(),
        "suppliers_asked": pl.Int64(),
    }
)
"""The form of counts; `reports/assets/question_counts.schema.json` describes it for others."""


def question_counts(
    company: str, questions: pl.DataFrame, pairs: pl.DataFrame, suppliers: int
) -> pl.DataFrame:
    """The counts that a company hands over.

    Args:
        company: its name in the pool, or a pseudonym.
        questions: of `scoring.questionnaires.decisions.question_decisions`.
        pairs: of `scoring.questionnaires.decisions.supplier_decisions`.
        suppliers: number of suppliers of the run.

    Returns:
        Columns of `COUNT_COLUMNS`, one row per data point with an accepted match, by id.
    """
    asked = pairs.group_by("data_point_id").agg(
        pl.col("decision").is_in([one.value for one in ON_THE_FORM]).sum().alias("suppliers_asked")
    )
    left = pl.lit(suppliers) - pl.col("suppliers_asked")
    may_be_shown = (pl.col("suppliers_asked") >= MIN_SUPPLIERS) & (
        (left == 0) | (left >= MIN_SUPPLIERS)
    )
    return (
        questions.drop_nulls("asked_as")
        .group_by(data_point_id="asked_as")
        .agg(
            pl.len().alias("questions"), pl.col("questionnaire").n_unique().alias("questionnaires")
        )
        .join(asked, on="data_point_id", how="left")
        .with_columns(
            form_version=pl.lit(FORM_VERSION),
            company=pl.lit(company),
            suppliers=pl.lit(suppliers if suppliers >= MIN_SUPPLIERS else None),
            suppliers_asked=pl.when(may_be_shown).then("suppliers_asked"),
        )
        .sort("data_point_id")
        .select(pl.col(name).cast(kind) for name, kind in COUNT_COLUMNS.items())
    )


def findings(table: pl.DataFrame, points: Sequence[str]) -> list[str]:
    """What is wrong with a table of counts, one sentence per finding.

    Args:
        table: as it was read; numbers may be texts.
        points: ids of the catalogue.
    """
    missing = [name for name in COUNT_COLUMNS if name not in table.columns]
    if missing:
        return [f"column missing: {', '.join(missing)}"]
    found = []
    for name, kind in COUNT_COLUMNS.items():
        wrong = table[name].cast(kind, strict=False).is_null() & table[name].is_not_null()
        if wrong.any():
            found.append(f"{name}: {table[name].filter(wrong)[0]!r} is no whole number")
    versions = set(table["form_version"].cast(pl.String).to_list()) - {FORM_VERSION}
    if versions:
        found.append(f"form_version: this version reads {FORM_VERSION}")
    if table["company"].n_unique() != 1 or table["company"].null_count():
        found.append("company: a file has the counts of one company")
    if table["data_point_id"].is_duplicated().any():
        found.append("data_point_id: a data point stands twice")
    unknown = sorted(set(table["data_point_id"].drop_nulls()) - set(points))
    if unknown or table["data_point_id"].null_count():
        found.append(f"data_point_id: not in the catalogue: {', '.join(unknown) or 'empty'}")
    if not found and (table["suppliers_asked"].cast(pl.Int64) < MIN_SUPPLIERS).any():
        found.append(f"suppliers_asked: a number below {MIN_SUPPLIERS}; it must be suppressed")
    return found


def pooled(counts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The union of what companies ask.

    Args:
        counts: columns of `COUNT_COLUMNS`, one frame per company, without findings.

    Returns:
        One row per data point, asked by most companies first: data_point_id, companies (how many
        ask it), share_of_companies, questions, suppliers_asked (of the companies that state it;
        null: none does), companies_suppressed (how many do not state it).
    """
    every = pl.concat(counts)
    return (
        every.group_by("data_point_id")
        .agg(
            pl.len().cast(pl.Int64).alias("companies"),
            (pl.len() / len(counts)).alias("share_of_companies"),
            pl.col("questions").sum(),
            pl.when(pl.col("suppliers_asked").count() > 0)
            .then(pl.col("suppliers_asked").sum())
            .alias("suppliers_asked"),
            pl.col("suppliers_asked").null_count().cast(pl.Int64).alias("companies_suppressed"),
        )
        .sort("companies", "questions", "data_point_id", descending=[True, True, False])
    )


def overlaps(counts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """How much each two companies have in common.

    Returns:
        company, other_company, asked_by_both, asked_by_either, overlap (their ratio, 0 to 1, the
        Jaccard index).
    """
    asked = {str(one["company"][0]): set(one["data_point_id"]) for one in counts if one.height}
    rows = []
    for one, other in combinations(sorted(asked), 2):
        both, either = len(asked[one] & asked[other]), len(asked[one] | asked[other])
        rows.append((one, other, both, either, both / either))
    return pl.DataFrame(
        rows,
        schema={
            "company": pl.String,
            "other_company": pl.String,
            "asked_by_both": pl.Int64,
            "asked_by_either": pl.Int64,
            "overlap": pl.Float64,
        },
        orient="row",
    )
