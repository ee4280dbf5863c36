"""The evidence index of one supplier: every data item with source, date, hash and link."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from reports.tables.list_hits import flag_line
from reports.wording import ILO_LABELS, PILLAR_LABELS, STATUS_LABELS, decision_text
from signals.card import SignalCard, SourceCard
from signals.source_used import SOURCE_SEPARATOR

#: Of an item, after its number.
_COLUMNS = (
    "signal_id", "signal", "pillar", "statement", "value", "unit", "status", "period",
    "data_through", "source", "source_url", "licence", "licence_url", "source_file", "fetched_at",
    "sha256", "ilo_indicators", "cannot_tell",
)  # fmt: skip

#: What follows the first of several files that a value was read from.
_SEVERAL = re.compile(r" and \d+ more\b")


def evidence_index(
    contributions: pl.DataFrame,
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
    manifest: Mapping[str, object],
    flags: Sequence[Mapping[str, str | None]] = (),
    supplier: Mapping[str, object] | None = None,
) -> pl.DataFrame:
    """Every data item behind the record of a supplier, and every one that is missing.

    Args:
        contributions: of one supplier, past `reports.redistribution.disclosable`.
        signal_cards: by signal id.
        source_cards: by source id.
        manifest: of the same run; its `sources` hold the hash and the day of each file read.
        flags: the supplier's rows of `flags.csv`; they follow the data, and are no part of a score.
        supplier: its row of the ranked table, for the decision of a person that is in force.

    Returns:
        number (from 1), signal_id, signal, pillar, statement, value, unit, status, period,
        data_through, source, source_url, licence, licence_url, source_file, fetched_at, sha256,
        ilo_indicators and cannot_tell, data with a value first, most points ahead. Source, licence
        and hash are those of what the value was read from; where several files were read, the
        hash is null and `source_file` says so.
    """
    files = _files(manifest)
    rows = contributions.sort(
        pl.col("value").is_null(), -pl.col("points"), "signal_id", nulls_last=True
    )
    data = [
        _data_item(row, signal_cards, source_cards, files) for row in rows.iter_rows(named=True)
    ]
    data += [_flag(flag) for flag in flags]
    decision = None if supplier is None else decision_text(supplier)
    if decision is not None:
        data.append(_decision(decision))
    return pl.DataFrame(
        [{"number": number, **data_item} for number, data_item in enumerate(data, start=1)],
        infer_schema_length=None,
    )


def sources_of(
    row: Mapping[str, object], card: SignalCard, source_cards: Mapping[str, SourceCard]
) -> list[SourceCard]:
    """Cards of the sources that a value comes from.

    Args:
        row: of the contributions. Where it names no source (there is no value, or an earlier
            version did not record it), every source of the signal is meant.
        card: of the signal.
        source_cards: by source id.
    """
    used = row.get("source_used")
    names = card.sources if used is None else str(used).split(SOURCE_SEPARATOR)
    return [source_cards[name] for name in names if name in source_cards]


def _decision(text: str) -> dict[str, object]:
    return dict.fromkeys(_COLUMNS) | {
        "signal": "Decision of a person",
        "pillar": "Decision (not part of the score)",
        "statement": text,
        "status": "in force",
        "source": "overrides.csv of this run",
        "cannot_tell": "A decision records what people decided, not conditions at the supplier.",
    }


def _flag(flag: Mapping[str, str | None]) -> dict[str, object]:
    link = flag["link"] or None
    return dict.fromkeys(_COLUMNS) | {
        "signal": flag.get("flag"),
        "pillar": "Flag (not part of the score)",
        "statement": flag_line(flag),
        "status": flag["status"],
        "data_through": flag["listed_on"] or None,
        "source": flag["list"],
        "source_url": link,
        "source_file": link,
        "cannot_tell": "A list records a decision on a name or a location, not conditions there.",
    }


def _data_item(
    row: Mapping[str, object],
    signal_cards: Mapping[str, SignalCard],
    source_cards: Mapping[str, SourceCard],
    files: Mapping[str, Mapping[str, object]],
) -> dict[str, object]:
    card = signal_cards[str(row["signal_id"])]
    sources = sources_of(row, card, source_cards)
    origin = None if row["source_file"] is None else str(row["source_file"])
    file = _file_of(origin, files)
    is_one = file is not None and _SEVERAL.match(str(origin).removeprefix(file)) is None
    record = files[str(file)] if is_one else {}
    data_through = row["data_through"]
    return {
        "signal_id": card.id,
        "signal": card.title,
        "pillar": PILLAR_LABELS[card.pillar.value],
        "statement": row["sentence"],
        "value": row["value"],
        "unit": card.unit,
        "status": STATUS_LABELS[str(row["status"])],
        "period": row["period"],
        "data_through": None if data_through is None else str(data_through),
        "source": "; ".join(source.title for source in sources),
        "source_url": "; ".join(source.url for source in sources),
        "licence": "; ".join(source.licence.id for source in sources),
        "licence_url": "; ".join(source.licence.url for source in sources),
        "source_file": public_origin(origin, file),
        "fetched_at": record.get("fetched_at"),
        "sha256": record.get("sha256"),
        "ilo_indicators": "; ".join(ILO_LABELS[link.indicator] for link in card.ilo),
        "cannot_tell": " ".join(card.limits),
    }


def _files(manifest: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    records = manifest.get("sources", [])
    if not isinstance(records, list):
        raise TypeError("the manifest's `sources` is not a list of records")
    return {str(file["origin"]): file for record in records for file in record.get("files", [])}


def _file_of(origin: str | None, files: Mapping[str, Mapping[str, object]]) -> str | None:
    """The file that an origin names, which may go on to say where in it."""
    if origin is None:
        return None
    named = [name for name in files if origin == name or origin.startswith(f"{name} ")]
    return max(named, key=len, default=None)


def public_origin(origin: str | None, file: str | None) -> str | None:
    """A web address as it is; of a local file no folder.

    Args:
        origin: file or address that a value was read from, which may go on to say where in it.
        file: the file among those of the manifest; None if it is not known.
    """
    if origin is None or origin.startswith("https://"):
        return origin
    if file is not None and origin.startswith(file):
        return _last_part(file) + origin.removeprefix(file)
    return _last_part(origin)


def _last_part(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]
