"""What the stages leave in the work folder: every table and record has its name here, once."""

from __future__ import annotations

from flows.run.work.work_folder import Record, Table

# prepare: the list as read
LISTED_SUPPLIERS = Table("list/suppliers.parquet")
LISTED_SITES = Table("list/sites.parquet")
LIST_REJECTED = Table("list/rejected.parquet")
LIST_INTAKE = Record("list/intake.json")
LIST_READ = Record("list/read.json")

# what a finished run depended on, and that a later one found the same
FINISHED_RUN = Record("finished.json")
UNCHANGED = Record("unchanged.json")

# which files the run that is repeated used
REPEATED_RUN = Record("repeated.json")

# pull and stage, by source
PULL_FOLDER = "pull"


def pulled(source_id: str) -> Record:
    """The raw files of a source."""
    return Record(f"{PULL_FOLDER}/{source_id}.json")


def outage(source_id: str) -> Record:
    """Why a source could not be had; absent where it could."""
    return Record(f"outage/{source_id}.json")


def staged(source_id: str) -> Record:
    """Rows by table of a source, and the fingerprint of the files that they come from."""
    return Record(f"stage/{source_id}.json")


def staged_rows(source_id: str, table: str) -> Table:
    """Rows of a source for one staging table."""
    return Table(f"stage/{source_id}/{table}.parquet")


def staged_rejected(source_id: str, table: str) -> Table:
    """Rows of a source that were rejected on the way to one staging table."""
    return Table(f"stage/{source_id}/{table}.rejected.parquet")


def span_rows(source_id: str, table: str) -> Table:
    """Rows that a back-fill staged on its last day, of which earlier months take their part."""
    return Table(f"stage/{source_id}/{table}.span.parquet")


# identify
IDENTITY_RESULT = Record("identity/result.json")
IDENTITY_IN_FORCE = Record("identity/in_force.json")
IDENTIFIED_SUPPLIERS = Table("identity/suppliers.parquet")
IDENTIFIED_SITES = Table("identity/sites.parquet")
IDENTITY_LINKS = Table("identity/links.parquet")
IDENTITY_FLAGS = Table("identity/flags.parquet")
IDENTITY_DECISIONS = Table("identity/decisions.parquet")
RELATIONS = Table("identity/relations.parquet")
REJECTED_RELATIONS = Table("identity/rejected_relations.parquet")
SHARED_GROUPS = Table("identity/shared_groups.parquet")

# measure
MEASURED = Record("measure.json")
MADE_FROM = Record("measure/made_from.json")
#: Folder of a file for each signal, without the run and its day: later runs share those files.
SIGNAL_VALUES = "measure/values"
SITE_SIGNAL_VALUES = Table("measure/sites.parquet")
INCOME_GROUPS = Table("measure/income.parquet")
DISCLOSURE_REGIMES = Table("measure/disclosure.parquet")
PRACTICE_TOTALS = Table("measure/practice_totals.parquet")
BUYER_YARDSTICKS = Table("measure/buyer_yardsticks.parquet")
REJECTED_ROWS = Table("measure/rejected.parquet")


def values_of_signal(signal_id: str) -> Table:
    """Values of a signal, columns of `signal_values` without run_id and as_of."""
    return Table(f"{SIGNAL_VALUES}/{signal_id}.parquet")


#: Tables that the signals read from files.
PUBLISHED = "measure/published"
#: Annual statements of a long list.
ANNUAL_STATEMENTS = Table(f"{PUBLISHED}/annual_statements.parquet")


def published_rows(table: str) -> Table:
    """Rows of a long staging table that were published by the as-of date."""
    return Table(f"{PUBLISHED}/{table}.parquet")


# score
SCORED = Record("score.json")
SCORES = Table("score/scores.parquet")
CONTRIBUTIONS = Table("score/contributions.parquet")
#: A row without supplier_id of each signal whose row is the same for all suppliers.
SHARED_CONTRIBUTIONS = Table("score/shared_contributions.parquet")
REFERENCE = Table("score/reference.parquet")
RANK_UNCERTAINTY = Table("score/rank_uncertainty.parquet")
COUNTRY_RANKS = Table("score/ranks_within_country.parquet")
NEEDED_CHANGES = Table("score/needed_changes.parquet")

#: Values of the month before, where they are read again.
EARLIER_VALUES = "score/earlier"


#: Tables of the results that become a file each.
OUTPUT_TABLES = "score/outputs"


def output_table(name: str) -> Table:
    """A table of the results that becomes a file, by the name of its declared output."""
    return Table(f"{OUTPUT_TABLES}/{name}.parquet")
