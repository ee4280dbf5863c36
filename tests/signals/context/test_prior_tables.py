"""Priors of sectors and of recruitment fees from the user's own tables."""

from pathlib import Path

import polars as pl
import pytest

from signals.context import corridor_fee_prior, sector_prior
from signals.sources.context import prior_tables
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import all_staged, context, keeps_contract

SECTORS = "division,prior,published_on\n1,0.8,2022-09-12\n14,1.4,2022-09-12\nx,0.5,2022-09-12\n"
FEES = (
    "destination,origin,share,fee_months,published_on\n"
    "Malaysia,Bangladesh,0.3,12,2020-01-01\nMYS,NPL,0.1,4,2020-01-01\n"
    "QAT,IND,0.2,3,2020-01-01\nMYS,Atlantis,0.1,4,2020-01-01\nMYS,IDN,0.1,4,soon\n"
)


def stage(tmp_path: Path, **tables: str) -> dict[str, pl.DataFrame]:
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    using = context(tmp_path, mirror=folder)
    outcome = all_staged(prior_tables, using)
    for staged in outcome:
        keeps_contract(staged.table, staged.rows, staged.rejected)
    return {staged.table: staged.rows for staged in outcome} | {
        f"{staged.table}.rejected": staged.rejected for staged in outcome
    }


def suppliers() -> pl.LazyFrame:
    rows = [("a", "MYS", "01.26"), ("b", "QAT", "14.13"), ("c", "GHA", None)]
    return pl.LazyFrame(rows, schema=["supplier_id", "country_iso3", "sector"], orient="row")


def test_rows_out_of_range_are_rejected_and_the_rest_is_used(tmp_path: Path) -> None:
    tables = stage(tmp_path, sector_priors=SECTORS, recruitment_fees=FEES)
    assert tables[prior_tables.SECTORS]["division"].to_list() == ["01"]
    assert tables[f"{prior_tables.SECTORS}.rejected"]["source_row"].to_list() == [3, 4]
    assert tables[f"{prior_tables.FEES}.rejected"]["source_row"].to_list() == [5, 6]
    inputs = {name: frame.lazy() for name, frame in tables.items()} | {"suppliers": suppliers()}
    sectors = sector_prior.compute(inputs).collect()
    assert sectors.select("supplier_id", "value").rows() == [("a", 0.8)]
    # (0.3 x 12 + 0.1 x 4) / 0.4; a fifth of Qatar's migrants is too little to speak for it.
    fees = corridor_fee_prior.compute(inputs).collect()
    assert fees.select("supplier_id", "value").rows() == [("a", pytest.approx(10.0))]
    assert fees["quality"].to_list() == [pytest.approx(0.4)]


def test_a_table_about_persons_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(NonExtractiveError):
        stage(tmp_path, recruitment_fees=FEES.replace("share", "passport_number,share", 1))


def test_what_the_user_brought_is_not_passed_on() -> None:
    assert not prior_tables.CARD.licence.redistributable
