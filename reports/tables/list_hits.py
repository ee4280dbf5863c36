"""List hits and register links for readers; they are not part of the score."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reports.bundle import ReportBundle
from reports.languages.catalogue import message
from reports.languages.sentences import Sentences
from reports.tables.relation_tables import relation_links, relation_questions
from signals.sources.lists.list_rows import DEBARMENT, STATEMENT
from signals.sources.registers.register_rows import ENDED, MECHANISM

#: Kinds of entries in words.
KINDS = {
    "import_ban": "Import ban",
    "uflpa_region_or_entity": "UFLPA region or entity",
    "state_imposed": "State-imposed labour",
    "entity_list": "Entity list",
    DEBARMENT: "Debarment",
    STATEMENT: "Published statement",
    ENDED: "Ended registration",
    MECHANISM: "Grievance mechanism",
}
#: Kinds of dated public facts, which count neither for nor against a supplier.
_FACTS = (STATEMENT, ENDED, MECHANISM)
#: The register whose entries are sites, not companies.
_FACILITIES = "open_supply_hub"
#: What the day of a statement is; in other registers that of its approval.
_OF_PERIOD = "australian_modern_slavery_statements"
_EMPTY = ("supplier_id", "kind", "sentence", "link", "steps")
_HIT_COLUMNS = (
    "supplier_id",
    "name",
    "flag",
    "list",
    "listed_name",
    "listed_on",
    "matched_via",
    "status",
    "reason",
    "path",
    "link",
)
_QUESTION_COLUMNS = (
    "supplier_id",
    "name",
    "country",
    "register",
    "register_id",
    "matched_name",
    "score",
    "reason",
    "name_agreement",
    "legal_form",
    "country_agreement",
    "address",
    "identifier",
    "decision",
    "decided_on",
    "expires_on",
    "decision_reason",
)


def hits(bundle: ReportBundle) -> pl.DataFrame:
    """One row per list hit, by supplier: supplier_id, kind, sentence, link, steps.

    `steps` has the addresses of a path of relations, see `relation_tables.relation_links`.

    The sentence names the list, the listed name, the day and whether a clerical review is open.
    Statements that a company published and ended registrations are no hits: see `facts`.
    """
    if bundle.flags is None:
        return pl.DataFrame(schema=dict.fromkeys(_EMPTY, pl.String))
    is_sure = pl.col("band") == "accept"
    of_parent = pl.col("matched_via") == "parent"
    of_site = pl.col("matched_via") == "site"
    by_relation = pl.col("matched_via") == "relation"
    since = (
        pl.when(pl.col("listed_on").is_null())
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.lit(", since "), pl.col("listed_on").cast(pl.String)))
        .fill_null("")
    )
    end = (
        pl.when(is_sure)
        .then(pl.lit("."))
        .otherwise(pl.concat_str(pl.lit(" ("), "reason", pl.lit("); check before use.")))
    )
    by_site = pl.concat_str(
        pl.when(is_sure)
        .then(pl.lit("A site of the supplier lies in "))
        .otherwise(pl.lit("A site of the supplier may lie in ")),
        "matched_name",
        pl.lit(": "),
        "list_title",
        since,
        end,
    )
    related = pl.concat_str(
        pl.when(is_sure)
        .then(pl.lit("The supplier is related to a company on "))
        .otherwise(pl.lit("The supplier may be related to a company on ")),
        "list_title",
        pl.lit(" ("),
        "matched_name",
        since,
        pl.lit("): "),
        "path",
        end,
    )
    flags = bundle.flags.filter(~pl.col("kind").is_in(_FACTS)).join(
        relation_links(bundle).with_columns(matched_via=pl.lit("relation")),
        on=["supplier_id", "list_id", "entry_id", "matched_via"],
        how="left",
        maintain_order="left",
    )
    return flags.sort("supplier_id", "list_id", "entry_id", "matched_via").select(
        "supplier_id",
        pl.concat_str(
            pl.when(by_relation, is_sure)
            .then(pl.lit("Related: "))
            .when(by_relation)
            .then(pl.lit("Possibly related: "))
            .when(is_sure)
            .then(pl.lit(""))
            .otherwise(pl.lit("Possible: ")),
            pl.col("kind").replace_strict(KINDS),
        ).alias("kind"),
        pl.when(by_relation)
        .then(related)
        .when(of_site)
        .then(by_site)
        .otherwise(
            pl.concat_str(
                pl.when(of_parent)
                .then(pl.lit("The parent company "))
                .otherwise(pl.lit("The supplier ")),
                pl.when(is_sure).then(pl.lit("is on ")).otherwise(pl.lit("may be on ")),
                "list_title",
                pl.lit(" as "),
                "matched_name",
                since,
                end,
            )
        )
        .alias("sentence"),
        "link",
        "steps",
    )


def facts(bundle: ReportBundle) -> pl.DataFrame:
    """Dated public facts that count neither for nor against a supplier: the columns of `hits`."""
    if bundle.flags is None:
        return pl.DataFrame(schema=dict.fromkeys(_EMPTY, pl.String))
    approved = (
        pl.when(pl.col("listed_on").is_null())
        .then(pl.lit(""))
        .otherwise(
            pl.concat_str(
                pl.when(pl.col("list_id") == _OF_PERIOD)
                .then(pl.lit(", for the period to "))
                .otherwise(pl.lit(", approved on ")),
                pl.col("listed_on").cast(pl.String),
            )
        )
        .fill_null("")
    )
    ended = pl.concat_str(
        pl.lit("The register "),
        "list_title",
        pl.lit(" states that "),
        "matched_name",
        pl.lit(" left it on "),
        pl.col("listed_on").cast(pl.String),
        pl.concat_str(pl.lit(": "), "path").fill_null(""),
        pl.lit(". Check which company you buy from."),
    )
    is_facility = (pl.col("list_id") == _FACILITIES) & (pl.col("kind") == ENDED)
    closed = pl.concat_str(
        "list_title",
        pl.lit(" has a confirmed report that the facility "),
        "matched_name",
        pl.lit(" was closed by "),
        pl.col("listed_on").cast(pl.String),
        pl.concat_str(pl.lit(": "), "path").fill_null(""),
        pl.lit(". Check which site you buy from."),
    )
    mechanism = pl.concat_str(
        "list_title",
        pl.lit(" states an active grievance mechanism at "),
        "matched_name",
        pl.lit(", known since "),
        pl.col("listed_on").cast(pl.String),
        pl.lit(" ("),
        "path",
        pl.lit("). That shows that it exists, not how well it works."),
    )
    found = bundle.flags.filter(pl.col("kind").is_in(_FACTS))
    return found.sort("supplier_id", "list_id", "entry_id", "matched_via").select(
        "supplier_id",
        pl.when(is_facility)
        .then(pl.lit("Closed facility"))
        .otherwise(pl.col("kind").replace_strict(KINDS))
        .alias("kind"),
        pl.when(is_facility)
        .then(closed)
        .when(pl.col("kind") == MECHANISM)
        .then(mechanism)
        .when(pl.col("kind") == ENDED)
        .then(ended)
        .otherwise(
            pl.concat_str(
                pl.when(pl.col("matched_via") == "parent")
                .then(pl.lit("The parent company has a statement in "))
                .otherwise(pl.lit("The supplier has a statement in ")),
                pl.lit("the "),
                "list_title",
                pl.lit(" as "),
                "matched_name",
                approved,
                pl.lit(". That shows disclosure, not practice."),
            )
        )
        .alias("sentence"),
        "link",
        pl.lit(None, pl.String).alias("steps"),
    )


#: What of a supplier is listed, where it is not the supplier itself.
_VIA: Mapping[str, str] = {
    "parent": message("its parent company"),
    "site": message("a site"),
    "relation": message("a related company,"),
}
_LIST = message("List")


def flag_texts(bundle: ReportBundle, words: Sentences | None = None) -> pl.DataFrame:
    """The `flags` cell of a supplier: its sentences, then their links.

    Args:
        bundle: the run.
        words: the language of the sentences; None: English, as in every table.
    """
    reported = pl.concat_str(
        "sentence",
        pl.when(pl.col("link").is_null())
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.lit(" "), "link"))
        .fill_null(""),
    )
    found = hits(bundle)
    if words is not None:
        found = found.with_columns(words.column(found["sentence"]))
    return (
        found.select("supplier_id", reported.alias("flags"))
        .group_by("supplier_id", maintain_order=True)
        .agg(pl.col("flags").str.join(" "))
    )


def flag_line(flag: Mapping[str, str | None], words: Sentences | None = None) -> str:
    """A row of `flags.csv` in a sentence, with its link.

    Args:
        flag: the row.
        words: the language of it; None: English.
    """
    text = str if words is None else words.text
    day = flag["listed_on"]
    since = f", {text(f'since {day}')}" if day else ""
    link = f" {flag['link']}" if flag["link"] else ""
    steps = flag.get("path")
    path = "" if not steps else f": {steps if words is None else words.entries(steps)}"
    via = _VIA.get(flag["matched_via"] or "")
    named = f"{text(via)} " if via else ""
    reported = f"{named}{flag['listed_name']}, {text(str(flag['status']))}{since}{path}"
    return f"{text(flag.get('flag') or _LIST)}: {flag['list']} ({reported}).{link}"


def flags_csv_table(bundle: ReportBundle) -> pl.DataFrame:
    """The columns of `flags.csv`, one row per list hit."""
    if bundle.flags is None:
        return pl.DataFrame(schema=dict.fromkeys(_HIT_COLUMNS, pl.String))
    return (
        bundle.flags.join(bundle.suppliers.select("supplier_id", "name"), on="supplier_id")
        .sort("supplier_id", "list_id", "entry_id", "matched_via")
        .with_columns(
            pl.col("kind").alias("kind_id"), pl.col("kind").replace_strict(KINDS).alias("flag")
        )
        .with_columns(
            pl.col("list_title").alias("list"),
            pl.col("matched_name").alias("listed_name"),
            pl.col("listed_on").cast(pl.String),
            pl.when(pl.col("kind_id").is_in(_FACTS))
            .then(pl.lit(message("a public fact, counts neither for nor against")))
            .when(pl.col("band") != "accept")
            .then(pl.lit(message("possible: check before use")))
            .when(pl.col("matched_via") == "relation")
            .then(pl.lit(message("a related company is on the list")))
            .otherwise(pl.lit(message("on the list")))
            .alias("status"),
        )
        .select(_HIT_COLUMNS)
    )


def questions_csv_table(bundle: ReportBundle) -> pl.DataFrame:
    """The columns of `identity_review.csv`: register matches for clerical review.

    Filled in (`decision`: accept or reject) and named as `identity.decisions`, the file is applied
    from the next run on. An ambiguous list hit is listed here too.
    """
    if bundle.links is None and bundle.flags is None:
        return pl.DataFrame(schema=dict.fromkeys(_QUESTION_COLUMNS, pl.String))
    parts = []
    if bundle.links is not None:
        parts.append(
            bundle.links.filter(pl.col("band") == "review").select(
                "supplier_id",
                "register",
                "register_id",
                "matched_name",
                "score",
                "reason",
                pl.col("name_score").round(2).cast(pl.String).alias("name_agreement"),
                "legal_form",
                pl.col("country").alias("country_agreement"),
                "address",
                "identifier",
            )
        )
    asked = relation_questions(bundle)
    if asked is not None:
        parts.append(asked)
    if bundle.flags is not None:
        own = bundle.flags.filter(pl.col("band") == "review", pl.col("matched_via") == "supplier")
        parts.append(
            own.select(
                "supplier_id",
                pl.col("list_id").alias("register"),
                pl.col("entry_id").alias("register_id"),
                "matched_name",
                "score",
                "reason",
            )
        )
    named = bundle.suppliers.select("supplier_id", "name", pl.col("country_iso2").alias("country"))
    empty = ("decision", "decided_on", "expires_on", "decision_reason")
    return (
        pl.concat(parts, how="diagonal")
        .join(named, on="supplier_id")
        .sort("supplier_id", "register", "register_id")
        .with_columns(
            pl.col("score").round(3).cast(pl.String),
            *(pl.lit(None, pl.String).alias(name) for name in empty),
            *(
                pl.lit(None, dtype=pl.String).alias(name)
                for name in _QUESTION_COLUMNS[8:13]
                if all(name not in part.columns for part in parts)
            ),
        )
        .select(_QUESTION_COLUMNS)
    )
