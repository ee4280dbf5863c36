"""Tables of sources, read past the non-extractive guard and by known columns only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from signals.fetching.responses import read_text_table
from signals.source import REJECTED_SCHEMA, RawFile
from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError
from suppliers.intake.fields import FieldKind
from suppliers.intake.personal_data_guard import GuardSettings, check_headers, check_values
from suppliers.intake.table_files import SOURCE_ROW, open_table

#: File types that are no delimited text and are read by the reader of supplier lists.
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".parquet")


def read_source_table(
    path: Path,
    wanted: Mapping[str, FieldKind],
    *,
    required: Collection[str],
    drop: Sequence[str] = (),
    where: str | None = None,
    declared: Mapping[str, str] | None = None,
    former: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """The wanted columns of a table, as text, after the guard has checked all headers.

    Args:
        path: CSV or TSV (gzipped or not), XLSX or Parquet.
        wanted: column names that may be read, with the kind of their values.
        required: those without which the table is of no use.
        drop: headers that must not be read nor checked.
        where: name of the table in messages; the file's name if not given.
        former: headers of earlier versions, with the wanted column that each is read as.
        declared: header to the reason why it is about no person, by the user's declaration.

    Returns:
        The wanted columns the file has (headers matched without regard to case and
        punctuation) and `source_row`, the row as a person counts it, header = 1.

    Raises:
        NonExtractiveError: a header or the values of a wanted column are about persons.
        DataRejectedError: unreadable, or a required column is missing.
    """
    where = where or path.name
    settings = GuardSettings(frozenset(drop), declared or {})
    named = {name: name for name in wanted} | dict(former or {})
    canonical = {normalise_header(header): name for header, name in named.items()}
    if path.suffix.lower() in _WORKBOOKS:
        table = open_table(path, lambda header: normalise_header(header) in canonical)
        headers = list(table.headers)
    else:
        whole = read_text_table(path)
        headers = whole.columns
    chosen: dict[str, int] = {}
    for position, header in enumerate(headers):
        name = canonical.get(normalise_header(header))
        if name is not None and name not in chosen and not settings.drops(header):
            chosen[name] = position
    check_headers(headers, {headers[position] for position in chosen.values()}, settings, where)
    missing = sorted(set(required) - set(chosen))
    if missing:
        raise DataRejectedError(
            f"{where}: the column {missing[0]!r} is missing; add it or rename the one meant by it."
        )
    if path.suffix.lower() in _WORKBOOKS:
        frame = table.read(chosen)
        frame = frame.select(*chosen, pl.col(SOURCE_ROW).cast(pl.Int64))
    else:
        names = {headers[position]: name for name, position in chosen.items()}
        frame = whole.select(
            *(pl.col(old).str.strip_chars().alias(new) for old, new in names.items()),
            pl.int_range(2, whole.height + 2, dtype=pl.Int64).alias(SOURCE_ROW),
        )
        frame = frame.with_columns(
            pl.when(pl.col(name) != "").then(pl.col(name)) for name in chosen
        ).filter(pl.any_horizontal(pl.col(list(chosen)).is_not_null()))
    checked = check_values(frame, {name: wanted[name] for name in chosen}, settings, where)
    return frame.with_columns(
        pl.when(~mask).then(pl.col(name)).alias(name) for name, mask in checked.withheld.items()
    )


def rejected_rows(
    frame: pl.DataFrame, source_file: str, rule: str, reason: str | pl.Expr
) -> pl.DataFrame:
    """Rows rejected by one rule, in the shape of `Staged.rejected`.

    Args:
        frame: the rejected rows, with `source_row`.
        source_file: name of the file.
        rule: name of the rule.
        reason: one sentence, the same for all or an expression over the frame.
    """
    sentence = pl.lit(reason) if isinstance(reason, str) else reason
    return frame.select(
        pl.lit(source_file).alias("source_file"),
        pl.col(SOURCE_ROW).cast(pl.Int64).alias("source_row"),
        pl.lit(rule).alias("rule"),
        sentence.cast(pl.String).alias("reason"),
    )


def rejected_file(raw: RawFile, error: Exception) -> pl.DataFrame:
    """A file rejected as a whole, in the shape of `Staged.rejected`."""
    row = (Path(raw.origin).name, None, "unreadable_file", str(error))
    return pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row")


def no_rejections() -> pl.DataFrame:
    """An empty frame in the shape of `Staged.rejected`."""
    return pl.DataFrame(schema=REJECTED_SCHEMA)
