"""The golden copy of GLEIF: companies of the suppliers' countries, and who consolidates them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from signals.source import RawFile
from signals.sources.registers.gleif_records import (
    PERSON_CATEGORY,
    REGISTER,
    RELATIONS,
    merged_into,
    parent_row,
)
from signals.sources.registers.register_rows import (
    country_code,
    day_of,
    entity,
    entity_frame,
    fetched_month,
    is_lei,
    joined,
)
from suppliers.input_errors import DataRejectedError
from suppliers.intake.table_rows import SOURCE_ROW

_COUNTRY = ("Entity.LegalAddress.Country", "Entity.HeadquartersAddress.Country")
_NAMES = (
    *(f"Entity.OtherEntityNames.OtherEntityName.{i}" for i in range(1, 6)),
    *(
        f"Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.{i}"
        for i in range(1, 6)
    ),
)
_SUCCESSOR = ("SuccessorLEI", "SuccessorEntityName")
_COLUMNS = (
    "LEI",
    "Entity.LegalName",
    *_NAMES,
    *_COUNTRY,
    "Entity.LegalAddress.FirstAddressLine",
    "Entity.LegalAddress.City",
    "Entity.LegalAddress.PostalCode",
    "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
    "Entity.EntityCategory",
    "Entity.LegalForm.EntityLegalFormCode",
    "Entity.EntityStatus",
    "Entity.EntityExpirationDate",
    *(f"Entity.SuccessorEntity.{part}" for part in _SUCCESSOR),
    *(f"Entity.SuccessorEntity.1.{part}" for part in _SUCCESSOR),
    "Registration.InitialRegistrationDate",
)


def read_golden_copy(
    path: Path,
    raw: RawFile,
    countries: set[str],
    tables: list[pl.DataFrame],
    parents: list[dict[str, object]],
    ties: list[dict[str, object]],
) -> list[int]:
    """Read a golden copy: of records, those of the suppliers' countries; or of relationships.

    Returns:
        The rows of sole traders, which are not read.
    """
    name = Path(raw.origin).name
    try:
        scan = pl.scan_csv(path, infer_schema=False)
        columns = set(scan.collect_schema().names())
        if "Relationship.StartNode.NodeID" in columns:
            parents += _golden_parents(scan, raw)
            return []
        missing = {"LEI", "Entity.LegalName", _COUNTRY[0]} - columns
        if missing:
            raise DataRejectedError(
                f"{name}: it is no golden copy of GLEIF: the column {sorted(missing)[0]!r} is "
                "missing; take the file as published."
            )
        present = [column for column in _COLUMNS if column in columns]
        in_country = pl.any_horizontal(
            pl.col(column).is_in(list(countries)) for column in _COUNTRY if column in columns
        )
        numbered = scan.select(present).with_row_index(SOURCE_ROW, offset=2)
        frame = numbered.filter(in_country).collect()
    except pl.exceptions.PolarsError as error:
        raise DataRejectedError(
            f"{name}: the rows cannot be read; fetch the file again."
        ) from error
    is_person = pl.lit(False)
    if "Entity.EntityCategory" in frame.columns:
        is_person = (pl.col("Entity.EntityCategory") == PERSON_CATEGORY).fill_null(value=False)
    rows = (_golden_company(row, raw) for row in frame.filter(~is_person).iter_rows(named=True))
    tables.append(entity_frame(row for row in rows if row is not None))
    ties += [tie for row in frame.filter(~is_person).to_dicts() for tie in _successors(row, raw)]
    return frame.filter(is_person)[SOURCE_ROW].to_list()


def _successors(row: Mapping[str, str | None], raw: RawFile) -> Iterator[dict[str, object]]:
    lei = row.get("LEI") or ""
    since = day_of(row.get("Entity.EntityExpirationDate")) or fetched_month(raw)
    for prefix in ("Entity.SuccessorEntity.", "Entity.SuccessorEntity.1."):
        other, name = (row.get(prefix + part) for part in _SUCCESSOR)
        if other and is_lei(lei) and is_lei(other):
            yield merged_into(lei, other, name, since, raw)


def _golden_company(row: Mapping[str, str | None], raw: RawFile) -> dict[str, object] | None:
    lei, name = row.get("LEI") or "", row.get("Entity.LegalName")
    since = day_of(row.get("Registration.InitialRegistrationDate"))
    if not is_lei(lei) or not name:
        return None
    status = row.get("Entity.EntityStatus")
    return entity(
        REGISTER,
        lei,
        name,
        other_names=[row[column] for column in _NAMES if row.get(column)],
        legal_form=row.get("Entity.LegalForm.EntityLegalFormCode"),
        country_iso2=country_code(row.get(_COUNTRY[0])),
        address=joined(
            [
                row.get("Entity.LegalAddress.FirstAddressLine"),
                row.get("Entity.LegalAddress.PostalCode"),
                row.get("Entity.LegalAddress.City"),
            ]
        ),
        status=status,
        is_active=status != "INACTIVE",
        ended_on=day_of(row.get("Entity.EntityExpirationDate")),
        lei=lei,
        company_number=row.get("Entity.RegistrationAuthority.RegistrationAuthorityEntityID"),
        observed_to=since or fetched_month(raw),
        published_on=since or fetched_month(raw),
        origin=raw.origin,
    )


def _golden_parents(scan: pl.LazyFrame, raw: RawFile) -> list[dict[str, object]]:
    frame = (
        scan.filter(
            pl.col("Relationship.RelationshipType").is_in(list(RELATIONS)),
            pl.col("Relationship.RelationshipStatus") == "ACTIVE",
        )
        .select(
            "Relationship.StartNode.NodeID",
            "Relationship.EndNode.NodeID",
            "Relationship.RelationshipType",
            "Registration.InitialRegistrationDate",
        )
        .collect()
    )
    return [
        parent_row(
            start,
            RELATIONS[kind],
            day_of(since) or fetched_month(raw),
            raw,
            parent_id=end,
        )
        for start, end, kind, since in frame.iter_rows()
    ]
