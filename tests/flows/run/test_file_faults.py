"""Two thousand faulty files, of every source: outages and rejections, and nothing worse."""

from collections.abc import Iterator

import pytest

from benchmarks.faults import WORSE, figures, outcomes
from benchmarks.source_samples import Sample, samples

pytestmark = pytest.mark.long

#: Large or slow samples have few faults here; `make validate NAME=faults` gives all of them many.
SLOW = frozenset(
    {
        "accounts_csv/0", "aqueduct/0", "australian_modern_slavery_statements/0",
        "brazil_employer_register/0", "buyer_ledger/0", "buyer_ledger/1", "buyer_ledger/2",
        "cbp_withhold_release_orders/1", "companies_house_accounts/1", "era5/0", "firms/0",
        "firms/1", "listed_goods/0", "migrant_corridors/1", "migrant_corridors/2", "ocds/0",
        "precipitation/0", "precipitation/2", "prior_tables/0", "sec_financial_statements/0",
        "sec_financial_statements/1", "uflpa_entity_list/1", "uk_modern_slavery_statements/0",
        "uk_payment_practices/0", "uk_payment_practices/1",
    }
)  # fmt: skip
FEW, MANY = 2, 38

EVERY = samples()
BY_SOURCE = {
    source_id: [one for one in EVERY if one.source_id == source_id]
    for source_id in sorted({one.source_id for one in EVERY})
}


def faults_in(sample: Sample) -> int:
    return FEW if sample.name in SLOW else MANY


def test_there_are_two_thousand() -> None:
    assert sum(map(faults_in, EVERY)) >= 2000


@pytest.fixture(scope="module")
def unchanged() -> Iterator[None]:
    """What each source reads of sound files is the same before and after all faults."""
    sound = [one for one in EVERY if one.name not in SLOW]
    before = figures(sound)
    yield
    assert figures(sound) == before


# A library that reads NetCDF complains while a damaged file is taken away.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("source_id", list(BY_SOURCE))
def test_a_fault_is_an_outage_or_rejected_or_read_with_a_reason(source_id: str) -> None:
    found = [
        one for sample in BY_SOURCE[source_id] for one in outcomes([sample], faults_in(sample))
    ]
    assert [(one.kind, one.fault, one.detail) for one in found if one.kind in WORSE] == []
