"""Faulty files of every source: outages and rejections, and nothing worse.

`make test` plants a few hundred into the samples that are read quickly, `make long-test` two
thousand into all.
"""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from benchmarks.faults import WORSE, figures, outcomes
from benchmarks.source_samples import Sample, samples
from flows.run.sources import bounded_staging
from signals.registry import sources

#: Samples that take 40 ms and more, and those that take 15 ms and more, have few faults here;
#: `make validate NAME=faults` gives all of them many.
SLOW = frozenset(
    {
        "brazil_employer_register/0", "buyer_ledger/0", "buyer_ledger/1", "buyer_ledger/2",
        "cams/0", "entity_list/0", "firms/1", "migrant_corridors/1", "ocds/0",
        "open_supply_hub/0", "openaq/0", "prior_tables/0", "sec_financial_statements/0",
        "sentinel5p/0", "uk_modern_slavery_statements/0", "uk_payment_practices/0",
        "uk_payment_practices/1", "us_screening_list/0",
    }
)  # fmt: skip
MEDIUM = frozenset(
    {
        "aqueduct/2", "area_panel/0", "australian_modern_slavery_statements/0",
        "buyer_ratings/0", "cbp_withhold_release_orders/1", "companies_house_accounts/1",
        "country_table/0", "era5/0", "firms/0", "gfw_alerts/1", "listed_goods/1",
        "migrant_corridors/2", "night_lights/0", "open_supply_hub/2", "precipitation/0",
        "precipitation/2", "sentinel2/0", "uflpa_entity_list/1",
    }
)  # fmt: skip
FEW, SOME, MANY = 1, 6, 40
#: Faults of a sample in `make test`; the sequence goes on from there in `make long-test`.
QUICK = 2
#: What measures their rasters is compiled at the first use, which counts as the time of a fault.
COMPILED = frozenset({"hansen_gfc", "land_cover", "landsat", "modis_ndvi"})

EVERY = samples()
BY_SOURCE = {
    source_id: [one for one in EVERY if one.source_id == source_id]
    for source_id in sorted({one.source_id for one in EVERY})
}


def faults_in(sample: Sample) -> int:
    return FEW if sample.name in SLOW else SOME if sample.name in MEDIUM else MANY


def test_there_are_two_thousand_in_every_source() -> None:
    assert sum(map(faults_in, EVERY)) >= 2000
    assert set(BY_SOURCE) == set(sources())


@pytest.fixture(scope="module")
def unchanged() -> Iterator[None]:
    """What each source reads of sound files is the same before and after all faults."""
    sound = [one for one in EVERY if one.name not in SLOW | MEDIUM]
    # All is read in this process: what one fault leaves behind would be seen by the next.
    with patch.object(bounded_staging, "is_isolated", return_value=False):
        before = figures(sound)
        yield
        assert figures(sound) == before


# A library that reads vectors or NetCDF complains while a damaged file is taken away.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("source_id", sorted(set(BY_SOURCE) - COMPILED))
def test_some_faults_of_a_source_that_is_read_quickly(source_id: str) -> None:
    quick = [one for one in BY_SOURCE[source_id] if one.name not in SLOW | MEDIUM]
    with patch.object(bounded_staging, "is_isolated", return_value=False):
        found = outcomes(quick, QUICK)
    assert [(one.kind, one.fault, one.detail) for one in found if one.kind in WORSE] == []


# A library that reads NetCDF complains while a damaged file is taken away.
@pytest.mark.long
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("source_id", list(BY_SOURCE))
def test_a_fault_is_an_outage_or_rejected_or_read_with_a_reason(source_id: str) -> None:
    found = [
        one for sample in BY_SOURCE[source_id] for one in outcomes([sample], faults_in(sample))
    ]
    assert [(one.kind, one.fault, one.detail) for one in found if one.kind in WORSE] == []
