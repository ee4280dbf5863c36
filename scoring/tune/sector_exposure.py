"""Cases and suppliers by sector, for the supplier-weighted AUC on a user's own outcomes.

Without a table of exposure every supplier of the list counts once in its own sector. A list of
sourcing areas has many suppliers in one row: then the table gives, per area and sector, what a
supplier is drawn by, such as hectares or establishments.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from configs.config_errors import DataRejectedError
from scoring.tune.ranking_measures import Flags
from scoring.tune.supplier_weighted import SectorPlaces
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style

#: Columns of the table of exposure, all required, with the kind of their values for the guard.
COLUMNS: Mapping[str, FieldKind] = {
    "entity_id": "identifier",
    "sector": "category",
    "exposure": "number",
}
#: Of suppliers whose sector is neither on the list nor in the outcomes.
NOT_STATED = "sector not stated"


def checked_exposure(rows: pl.DataFrame, unit_ids: pl.Series, where: str) -> pl.DataFrame:
    """Bring a table of exposure into shape, or reject it.

    Args:
        rows: text columns named as in `COLUMNS`, and `source_row`.
        unit_ids: ids of the suppliers or areas that are scored.
        where: name of the file, for messages.

    Returns:
        entity_id, sector, exposure; one row per pair.

    Raises:
        DataRejectedError: the first thing that is wrong, in one sentence.
    """
    typed = rows.with_columns(
        number_of("exposure", number_style(rows, ["exposure"])).alias("figure")
    )
    is_listed = pl.col("entity_id").is_in(unit_ids.cast(pl.String).implode())
    faults = (
        (
            pl.col("entity_id").is_null() | pl.col("sector").is_null(),
            "entity_id or sector is empty",
        ),
        (~is_listed, "entity_id is not on the list of scored suppliers or areas"),
        (
            pl.col("figure").is_null() | (pl.col("figure") < 0),
            "exposure is not a number of 0 or more",
        ),
        (
            pl.struct("entity_id", "sector").is_duplicated(),
            "the same supplier or area and sector stands in the file twice",
        ),
    )
    for fault, sentence in faults:
        bad = typed.filter(fault)
        if bad.height:
            row = bad.sort("source_row")["source_row"].item(0)
            raise DataRejectedError(f"{where} row {row}: {sentence}; correct the row")
    return typed.select("entity_id", "sector", pl.col("figure").alias("exposure"))


def sector_places(
    unit_ids: pl.Series,
    own_sector: pl.Series,
    is_case: Flags,
    case_sector: pl.DataFrame,
    exposure: pl.DataFrame | None,
) -> tuple[SectorPlaces, ...]:
    """Cases and exposure of every sector that has a case, in the order of the names.

    Args:
        unit_ids: [units] ids of the suppliers or areas.
        own_sector: [units] sector by the list, null where not stated.
        is_case: [units] cases that count.
        case_sector: entity_id and sector of outcomes that state one, a row per outcome; other
            cases count once in the sector of their unit.
        exposure: entity_id, sector, exposure, or None: every unit counts once in its own sector.
    """
    units = pl.DataFrame(
        {
            "entity_id": unit_ids.cast(pl.String),
            "own": own_sector.cast(pl.String).fill_null(NOT_STATED),
            "is_case": is_case,
        }
    )
    stated = case_sector.filter(pl.col("sector").is_not_null())
    found = units.filter("is_case").join(stated, on="entity_id", how="left")
    cases = (
        found.with_columns(sector=pl.coalesce("sector", "own"))
        .group_by("entity_id", "sector")
        .agg(cases=pl.len().cast(pl.Float64))
    )
    if exposure is None:
        exposure = units.select("entity_id", sector="own", exposure=pl.lit(1.0))
    places = []
    for name in sorted(cases["sector"].unique().to_list()):
        of_sector = pl.col("sector") == name
        rows = (
            units.select("entity_id")
            .join(cases.filter(of_sector), on="entity_id", how="left", maintain_order="left")
            .join(
                exposure.filter(of_sector).select("entity_id", "exposure"),
                on="entity_id",
                how="left",
                maintain_order="left",
            )
        )
        places.append(
            SectorPlaces(
                str(name),
                rows["cases"].fill_null(0.0).to_numpy().astype(np.float64),
                rows["exposure"].fill_null(0.0).to_numpy().astype(np.float64),
            )
        )
    return tuple(places)
