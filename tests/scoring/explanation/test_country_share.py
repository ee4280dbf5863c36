"""What countries explain, by hand, and the ranks within them."""

import polars as pl
import pytest

from scoring.explanation.country_share import between_share, country_share, ranks_within_country
from scoring.explanation.district_share import within_cell_variance_share


def listed(
    *rows: tuple[str, float | None, str, int, float | None],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    frame = pl.DataFrame(
        [(f"S{i}", score, country, pillars, context)
         for i, (_, score, country, pillars, context) in enumerate(rows)],
        schema={"supplier_id": pl.String, "score": pl.Float64, "country_iso3": pl.String,
                "pillars_with_evidence": pl.Int64, "country_context_score": pl.Float64},
        orient="row",
    )  # fmt: skip
    return frame.drop("country_iso3"), frame.select("supplier_id", "country_iso3")


def test_only_the_country_matters() -> None:
    rows = [("", 10.0, "GHA", 3, 40.0), ("", 10.0, "GHA", 3, 40.0), ("", 70.0, "PER", 3, 60.0),
            ("", 70.0, "PER", 2, 60.0), ("", None, "PER", 1, 60.0)]  # fmt: skip
    share = country_share(*listed(*rows))
    assert (share.ranked, share.countries, share.many_pillars) == (4, 2, 3)
    assert share.r_squared == share.r_squared_3plus_pillars == pytest.approx(1.0)
    assert share.rank_correlation == share.prior_rank_correlation == pytest.approx(1.0)
    assert share.prior_r_squared == pytest.approx(1.0)


def test_countries_alike_explain_nothing() -> None:
    rows = [("", s, c, 2, None) for c in ("GHA", "PER") for s in (10.0, 50.0, 90.0)]
    share = country_share(*listed(*rows))
    assert share.r_squared == 0.0
    assert (share.rank_correlation, share.prior_r_squared) == (None, None)
    assert share.record()["r_squared_3plus_pillars"] is None


def test_the_correction_by_hand() -> None:
    # Means 2 and 4, of all 3: total 2 + 2 + 4 x 1 = 8... within 4, n = 4, k = 2.
    values, groups = pl.Series([1.0, 3.0, 3.0, 5.0]), pl.Series(["a", "a", "b", "b"])
    assert between_share(values, groups) == pytest.approx(1 - 3 / 2 * 4 / 8)


@pytest.mark.parametrize(
    ("values", "groups"),
    [([1.0, 2.0], ["a", "b"]), ([1.0, 2.0], ["a", "a"]), ([2.0] * 4, list("aabb"))],
)
def test_what_cannot_be_said_is_not_said(values: list[float], groups: list[str]) -> None:
    assert between_share(pl.Series(values), pl.Series(groups)) is None


def test_ranks_in_the_country_share_ties_and_leave_out_who_has_no_score() -> None:
    rows = [("", 50.0, "GHA", 2, None), ("", 50.0, "GHA", 2, None), ("", 10.0, "GHA", 2, None),
            ("", 90.0, "PER", 2, None), ("", None, "PER", 2, None)]  # fmt: skip
    ranks = ranks_within_country(*listed(*rows))
    assert ranks.rows() == [
        ("S0", "GHA", 1, 3), ("S1", "GHA", 1, 3), ("S2", "GHA", 3, 3), ("S3", "PER", 1, 1),
    ]  # fmt: skip


def test_no_scores_at_all() -> None:
    share = country_share(*listed(("", None, "GHA", 0, None)))
    assert (share.ranked, share.r_squared) == (0, None)


def test_weather_cannot_tell_neighbours_apart_and_fires_can() -> None:
    sites = pl.DataFrame(
        {
            "site_id": list("abcd"),
            "latitude": [1.1, 1.2, 5.1, 5.2],
            "longitude": [1.1, 1.2, 1.1, 1.2],
            "geometry_wkt": [None] * 4,
        },
        schema_overrides={"geometry_wkt": pl.String},
    )
    values = pl.DataFrame(
        {
            "site_id": list("abcd") * 2,
            "signal_id": ["drought"] * 4 + ["fires"] * 4,
            "value": [-1.0, -1.0, 2.0, 2.0, 0.0, 9.0, 0.0, 9.0],
        }
    )
    assert within_cell_variance_share(values, sites) == {"drought": 0.0, "fires": 1.0}
