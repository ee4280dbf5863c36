"""The area panel: only mapped columns are read, lags gate in time, companies are not areas."""

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

import configs
from configs.config_errors import DataRejectedError
from signals.account import NOT_LISTED, NOT_THEN, Unit
from signals.financial import farm_dependence, farm_income_volatility
from signals.landuse import (
    embargoed_land_share,
    environmental_embargoes,
    extensive_land_share,
    hand_harvest_share,
    natural_vegetation_loss,
    planted_area_expansion,
    savanna_share,
)
from signals.source import PullContext, RawFile, Staged
from signals.sources.context import area_panel
from signals.sourcing_areas import TABLE
from suppliers.identity.match_scoring import Thresholds
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import all_staged, balance

AS_OF = dt.date(2018, 1, 1)
VARIABLES = {"area_km2": "size", "embargo_count": "stops", "planted_soy_ha": "soy"}
OPTIONS: dict[str, object] = {
    "file": "panel.csv",
    "area_id": "code",
    "year": "yr",
    "publication_lag_days": 365,
    "variables": VARIABLES,
}


class _Store:
    def keep(self, source_id: str, path: Path, *, key: str = "") -> RawFile:
        return RawFile(
            source_id, str(path), "the mirror", "0" * 64, dt.datetime(2018, 1, 1), 1, key
        )

    def download(
        self, source_id: str, url: str, *, key: str = "", expect: str, headers: Mapping[str, str]
    ) -> RawFile:
        raise AssertionError("nothing is fetched")

    def refer(self, source_id: str, url: str, *, key: str = "", final: bool = False) -> RawFile:
        raise AssertionError("nothing is fetched")


def _context(folder: Path | None, **options: object) -> PullContext:
    return PullContext(
        as_of=AS_OF,
        mirror=folder,
        url="",
        options={**OPTIONS, **options},
        suppliers=pl.DataFrame({"supplier_id": ["11", "12", "firm"]}),
        sites=pl.DataFrame(),
        thresholds=Thresholds(accept=0.88, review=0.7, least_distinctive=0.92),
        store=_Store(),
    )


def _staged(folder: Path, text: str, **options: object) -> Staged:
    (folder / "panel.csv").write_text(text, encoding="utf-8")
    context = _context(folder, **options)
    (staged,) = all_staged(area_panel, context)
    return staged


HEADER = "code,yr,size,stops,soy,cases\n"


def test_only_mapped_columns_of_listed_areas_and_late_years_are_read(tmp_path: Path) -> None:
    text = HEADER + "11,2016,100,3,5,9\n11,2005,100,8,8,9\n99,2016,100,3,5,9\n12,2016,50,,-,9\n"
    staged = _staged(tmp_path, text)
    assert staged.rejected.is_empty()
    rows = staged.rows
    found = rows.sort("supplier_id", "variable").select("supplier_id", "variable", "value").rows()
    assert found == [
        ("11", "area_km2", 100.0),
        ("11", "embargo_count", 3.0),
        ("11", "planted_soy_ha", 5.0),
        ("12", "area_km2", 50.0),
    ]
    assert 9.0 not in rows["value"].to_list()


def test_each_variable_is_published_after_its_own_lag(tmp_path: Path) -> None:
    rows = _staged(
        tmp_path, HEADER + "11,2016,100,3,5,9\n", lag_days={"planted_soy_ha": "730"}
    ).rows
    published = dict(rows.select("variable", "published_on").rows())
    assert published["embargo_count"] == dt.date(2017, 12, 31)
    assert published["planted_soy_ha"] == dt.date(2018, 12, 31)
    assert rows["observed_to"].unique().to_list() == [dt.date(2016, 12, 31)]


def test_a_figure_of_one_year_is_known_from_then_on_however_long_ago(tmp_path: Path) -> None:
    text = HEADER + "11,2004,7,3,5,9\n11,2015,7,3,5,9\n11,2016,7,3,5,9\n"
    rows = _staged(tmp_path, text, of_year={"area_km2": "2004", "planted_soy_ha": "2015"}).rows
    found = rows.sort("variable", "year").select("variable", "year", "published_on").rows()
    assert found == [
        ("area_km2", 2004, dt.date(2005, 12, 31)),
        ("embargo_count", 2015, dt.date(2016, 12, 30)),  # 2016 is a leap year
        ("embargo_count", 2016, dt.date(2017, 12, 31)),
        ("planted_soy_ha", 2015, dt.date(2016, 12, 30)),
    ]


def test_prefix_is_put_before_the_area_id(tmp_path: Path) -> None:
    context_rows = _staged(tmp_path, HEADER + "irm,2016,100,3,5,9\n", id_prefix="f").rows
    assert context_rows["supplier_id"].unique().to_list() == ["firm"]


def test_every_row_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    lines = [
        "11,2016,100,3,5,9",
        "11,2005,100,8,8,9",  # more than twelve years back
        "11,2015,-,,..,9",  # no figure
        "99,2016,100,3,5,9",  # not listed
        ",2016,100,3,5,9",
        "12,,100,3,5,9",
        "12,2004,,,5,9",  # a census, however long ago
    ]
    (tmp_path / "panel.csv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    using = _context(tmp_path, of_year={"planted_soy_ha": "2004"})
    assert balance(area_panel, using, Unit.ROW) == {
        "read": 7,
        "used": 2,
        "rejected": {"area_or_year_is_missing": 2},
        "out_of_scope": {NOT_LISTED: 1, NOT_THEN: 1, "an area and year without a figure": 1},
    }


def test_a_row_without_area_or_year_is_rejected_and_counted(tmp_path: Path) -> None:
    staged = _staged(tmp_path, HEADER + ",2016,100,3,5,9\n11,2016,100,3,5,9\n")
    assert staged.rejected.select("source_row", "rule").rows() == [(2, "area_or_year_is_missing")]
    assert staged.rows["supplier_id"].unique().to_list() == ["11"]


FURTHER = {
    "file": "accounts.csv",
    "year": 2015,
    "variables": {"product_per_head": "gdp"},
    "same_for_all": {"national_product_per_head": 30.5},
}


def test_a_further_table_has_its_own_file_and_one_year_however_long_ago(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("code,gdp\n11,12\n99,50\n", encoding="utf-8")
    for year in (2015, 1999):
        further = {**FURTHER, "year": year}
        rows = _staged(tmp_path, HEADER + "11,2016,100,3,5,9\n", further=[further]).rows
        found = rows.filter(pl.col("variable").str.contains("product")).sort("variable")
        assert found.select("supplier_id", "variable", "year", "value").rows() == [
            ("11", "national_product_per_head", year, 30.5),
            ("11", "product_per_head", year, 12.0),
        ]
        assert rows.height == 5


def test_a_further_table_may_have_a_column_of_years_and_another_name_for_the_area(
    tmp_path: Path,
) -> None:
    (tmp_path / "accounts.csv").write_text("place,when,gdp\n12,2014,12\n", encoding="utf-8")
    table = {"file": "accounts.csv", "area_id": "place", "year": "when"}
    further = [{**table, "variables": {"product_per_head": "gdp"}}]
    rows = _staged(tmp_path, HEADER + "11,2016,100,3,5,9\n", further=further).rows
    (row,) = rows.filter(pl.col("variable") == "product_per_head").to_dicts()
    assert (row["supplier_id"], row["year"], row["value"]) == ("12", 2014, 12.0)


@pytest.mark.parametrize(
    ("text", "options", "needle"),
    [
        (HEADER, {"further": "accounts.csv"}, "further is not a list of tables"),
        (HEADER, {"further": [{"file": "a.csv", "year": 2015}]}, "variables is missing"),
        (HEADER, {"further": [{**FURTHER, "lag": 1}]}, r"further\[0\]: lag is not known"),
        (HEADER, {"further": [{**FURTHER, "file": "none.csv"}]}, "no such file"),
        ("code,yr,size,stops\n11,2016,1,1\n", {}, "the column soy is missing"),
        (HEADER + "11,2016,1,many,5,9\n", {}, "text where numbers are needed"),
        (HEADER, {"variables": {}}, "is empty"),
        (HEADER, {"lag_days": {"other": "1"}}, "lag_days names other, which is not among"),
        (HEADER, {"of_year": {"other": "2010"}}, "of_year names other, which is not among"),
    ],
)
def test_what_cannot_be_used_is_rejected_in_one_sentence(
    tmp_path: Path, text: str, options: dict[str, object], needle: str
) -> None:
    with pytest.raises(DataRejectedError, match=needle):
        _staged(tmp_path, text, **options)


def test_a_column_about_persons_rejects_the_file(tmp_path: Path) -> None:
    with pytest.raises(NonExtractiveError):
        _staged(tmp_path, HEADER.replace("cases", "worker phone") + "11,2016,1,1,5,9\n")


def test_without_a_mirror_there_is_nothing_and_no_error() -> None:
    context = _context(None)
    (staged,) = all_staged(area_panel, context)
    assert staged.rows.is_empty()


def _inputs(rows: list[tuple[str, int, str, float]]) -> dict[str, pl.LazyFrame]:
    panel = pl.DataFrame(
        rows,
        schema={
            "supplier_id": pl.String,
            "year": pl.Int32,
            "variable": pl.String,
            "value": pl.Float64,
        },
        orient="row",
    ).with_columns(observed_to=pl.date(pl.col("year"), 12, 31), origin=pl.lit("the mirror"))
    suppliers = pl.DataFrame({"supplier_id": ["11", "12", "firm"]})
    return {TABLE: panel.lazy(), "suppliers": suppliers.lazy()}


def _by_supplier(frame: pl.LazyFrame) -> dict[str, dict[str, object]]:
    return {row["supplier_id"]: row for row in frame.collect().iter_rows(named=True)}


def test_natural_vegetation_loss_is_the_mean_of_the_last_three_years() -> None:
    name = "natural_vegetation_loss_percent"
    rows = [("11", year, name, value) for year, value in ((2013, 9.0), (2014, 0.2), (2015, 0.3))]
    rows += [("11", 2016, name, 0.4), ("12", 2016, name, 0.4), ("12", 2014, name, 0.4)]
    found = _by_supplier(natural_vegetation_loss.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(0.3)
    assert found["11"]["stderr"] == pytest.approx(0.1 / math.sqrt(3))
    assert found["11"]["period"] == "2014-2016"
    assert found["11"]["observed_to"] == dt.date(2016, 12, 31)
    assert "12" not in found  # two of three years are not enough
    assert found["firm"]["status"] == "not_applicable"


def test_embargoes_are_counted_per_area_and_year_and_zero_is_not_certain() -> None:
    rows = [("11", 2016, "area_km2", 500.0), ("12", 2016, "area_km2", 1000.0)]
    rows += [("11", year, "embargo_count", 2.0) for year in (2014, 2015, 2016)]
    rows += [("12", year, "embargo_count", 0.0) for year in (2014, 2015, 2016)]
    found = _by_supplier(environmental_embargoes.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(4.0)
    assert found["11"]["stderr"] == pytest.approx(4.0 / math.sqrt(6))
    assert found["12"]["value"] == 0.0
    assert found["12"]["stderr"] == pytest.approx(1 / 3)


def test_expansion_takes_crops_known_in_both_years_only() -> None:
    rows = [
        ("11", 2016, "area_km2", 100.0),
        ("11", 2013, "planted_soy_ha", 1000.0),
        ("11", 2016, "planted_soy_ha", 1500.0),
        ("11", 2016, "planted_maize_ha", 700.0),
        ("12", 2016, "area_km2", 100.0),
        ("12", 2016, "planted_soy_ha", 700.0),
    ]
    found = _by_supplier(planted_area_expansion.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(0.05)
    assert found["11"]["period"] == "2013-2016"
    assert "12" not in found


def test_volatility_needs_five_changes_between_consecutive_years() -> None:
    name = "agricultural_value_added"
    growing = [("11", 2010 + i, name, 100.0 * 1.1**i) for i in range(6)]
    gap = [("12", year, name, 100.0) for year in (2008, 2010, 2011, 2012, 2013, 2014)]
    found = _by_supplier(farm_income_volatility.compute(_inputs(growing + gap)))
    assert found["11"]["value"] == pytest.approx(0.0, abs=1e-12)  # steady growth is no swing
    assert found["11"]["period"] == "2010-2015"
    assert found["11"]["quality"] == pytest.approx(5 / 8)
    assert "12" not in found
    swinging = [("11", 2010 + i, name, 100.0 * 2.0 ** (i % 2)) for i in range(6)]
    value = _by_supplier(farm_income_volatility.compute(_inputs(swinging)))["11"]["value"]
    # changes +a -a +a -a +a with a = ln 2: mean a/5, variance (5 a^2 - 5 a^2/25) / 4 = 1.2 a^2
    assert value == pytest.approx(math.sqrt(1.2) * math.log(2))


def test_extensive_land_is_what_crops_and_a_map_of_forest_leave() -> None:
    rows = [
        ("11", 2016, "area_km2", 100.0),
        ("11", 2015, "planted_soy_ha", 9000.0),
        ("11", 2016, "planted_soy_ha", 3000.0),
        ("11", 2016, "planted_maize_ha", 1000.0),
        ("11", 2015, "forest_km2", 50.0),
        ("12", 2016, "area_km2", 10.0),
        ("12", 2016, "planted_soy_ha", 1200.0),
    ]
    found = _by_supplier(extensive_land_share.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(0.1)  # 100 - 30 - 10 - 50 of 100 km2
    assert found["11"]["stderr"] == pytest.approx(math.hypot(3.0, 1.0) / 100)
    assert (found["11"]["quality"], found["11"]["period"]) == (1.0, "2016")
    assert found["12"]["value"] == 0.0  # two crops on the same land
    assert found["12"]["quality"] == 0.5  # no map of forest there
    assert found["firm"]["status"] == "not_applicable"


def test_hand_harvest_is_the_share_of_crops_other_than_soy_and_cotton() -> None:
    rows = [
        ("11", 2016, "planted_soy_ha", 200.0),
        ("11", 2016, "planted_cotton_ha", 100.0),
        ("11", 2016, "planted_sugarcane_ha", 60.0),
        ("11", 2016, "planted_maize_ha", 40.0),
        ("12", 2016, "planted_soy_ha", 0.0),
        ("12", 2016, "planted_maize_ha", 0.0),
    ]
    found = _by_supplier(hand_harvest_share.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(0.25)
    # by hand 60 and 40 at 0.75, by machine 200 and 100 at 0.25, each a tenth in error, of 400
    error = 0.1 * math.hypot(0.75 * 60, 0.75 * 40, 0.25 * 200, 0.25 * 100) / 400
    assert found["11"]["stderr"] == pytest.approx(error)
    assert found["12"]["status"] == "not_applicable"  # nothing planted is no share
    assert "none of the table's crops" in str(found["12"]["status_reason"])


def test_embargoed_land_is_five_years_over_the_area() -> None:
    rows = [("11", 2016, "area_km2", 500.0), ("12", 2016, "area_km2", 500.0)]
    rows += [("11", year, "embargoed_ha", 10.0) for year in range(2012, 2017)]
    rows += [("11", year, "embargo_count", 1.0) for year in (2010, 2015, 2016)]
    rows += [("12", year, "embargoed_ha", 10.0) for year in range(2013, 2017)]
    found = _by_supplier(embargoed_land_share.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(math.log(2))  # 0.5 of 500 km2: 1 per 1,000
    assert found["11"]["stderr"] == pytest.approx(0.5)  # two embargoes: 1 x sqrt(2 / 2) / (1 + 1)
    assert found["11"]["period"] == "2012-2016"
    assert "12" not in found  # four of five years
    none = [(*row[:3], 0.0 if row[2] == "embargoed_ha" else row[3]) for row in rows]
    row = _by_supplier(embargoed_land_share.compute(_inputs(none)))["11"]
    assert (row["value"], row["stderr"]) == (0.0, None)


def test_savanna_is_the_share_of_the_map_and_has_no_weight() -> None:
    found = _by_supplier(savanna_share.compute(_inputs([("11", 2008, "savanna_share", 0.4)])))
    assert (found["11"]["value"], found["11"]["period"]) == (0.4, "2008")
    assert configs.load(local=None).signals["savanna_share"].weight == 0


def test_farm_dependence_is_the_last_income_over_residents() -> None:
    rows = [
        ("11", 2014, "agricultural_value_added", 900.0),
        ("11", 2015, "agricultural_value_added", 1200.0),
        ("11", 2010, "population", 400.0),
        ("12", 2015, "agricultural_value_added", -5.0),
        ("12", 2010, "population", 400.0),
    ]
    found = _by_supplier(farm_dependence.compute(_inputs(rows)))
    assert found["11"]["value"] == pytest.approx(math.log(3.0))
    assert found["11"]["stderr"] == pytest.approx(0.1)
    assert found["11"]["period"] == "2015"
    assert "12" not in found


def test_without_a_panel_every_supplier_is_a_company() -> None:
    for module in (
        natural_vegetation_loss,
        environmental_embargoes,
        planted_area_expansion,
        extensive_land_share,
        hand_harvest_share,
        embargoed_land_share,
        savanna_share,
        farm_dependence,
    ):
        found = _by_supplier(module.compute(_inputs([])))
        assert {row["status"] for row in found.values()} == {"not_applicable"}
