"""The test on municipalities: years split in time, and simulated lists that mislead as meant."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.brazil_features import SIGNALS, halves, read_areas
from benchmarks.recovered_truth import world
from scoring.tune.measures import auc


def test_the_earlier_half_takes_the_odd_year() -> None:
    assert halves((2018, 2019, 2020, 2021, 2022)) == ((2018, 2019, 2020), (2021, 2022))
    assert halves((2018, 2019)) == ((2018,), (2019,))


def test_simulated_audits_go_where_the_misleading_signal_is_high() -> None:
    drawn = world(3, units=2000)
    assert auc(drawn.sample.risk[:, 3], drawn.looked_at) > 0.55
    assert auc(drawn.sample.risk[:, 0], drawn.looked_at) < 0.45
    assert auc(drawn.sample.risk[:, 0], drawn.has_case) > 0.55
    assert drawn.sample.is_case.sum() < drawn.has_case.sum()


@pytest.mark.shared
def test_readings_are_shares_of_the_open_areas(shared_data: Path) -> None:
    areas = read_areas(shared_data / "outcomes" / "brazil_panel" / "panel.parquet")
    for risk in areas.risk.values():
        assert risk.shape == (areas.ids.len(), len(SIGNALS))
        known = risk[~np.isnan(risk)]
        assert ((known >= 0) & (known <= 1)).all()
        assert np.isnan(risk).mean() < 0.02
    assert areas.known(areas.years, rural=True).sum() <= areas.known(areas.years, rural=False).sum()
