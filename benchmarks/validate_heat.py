"""Heat indices against the expected values of ECMWF's own tests, in °C."""

import numpy as np
import polars as pl
import thermofeel
from numpy.typing import NDArray

from benchmarks.shared_data import shared_data
from signals.sources.climate.heat_stress import ZERO_CELSIUS_K, outdoor_wbgt_c, simple_wbgt_c

ID = "heat"
GOAL = "WBGT within 0.05 °C of the reference, by temperature and dew point"
KIND = "validate"

TOLERANCE_C = 0.05


def run() -> str:
    """Print one line per index.

    Returns:
        The largest difference of what the signal uses, and of the further indices.
    """
    folder = shared_data("earth/heat-stress-reference")
    reported = pl.read_csv(folder / "thermofeel_cases_expected.csv")
    column = {name: reported[name].to_numpy() for name in reported.columns}
    temperature = column["t2m"] - ZERO_CELSIUS_K
    dew_point = column["td"] - ZERO_CELSIUS_K
    humidity = thermofeel.calculate_relative_humidity_percent(column["t2m"], column["td"])
    print(f"{'index':44}{'cases':>6}{'largest °C':>12}{'mean':>10}")
    # The reference takes humidity, and humidity from Tetens' constants; the signal goes from the
    # dew point to the vapour pressure without it.
    direct = _line("WBGT simple, from the dew point (signal)",
                   column["exp_wbgts"], simple_wbgt_c(temperature, dew_point))  # fmt: skip
    same = _line("WBGT simple, from the reference's humidity",
                 column["exp_wbgts"], thermofeel.calculate_wbgt_simple(column["t2m"], humidity)
                 - ZERO_CELSIUS_K)  # fmt: skip
    globe = _line("WBGT from globe and wet bulb", column["exp_wbgt"],
                  outdoor_wbgt_c(temperature, dew_point, column["mrt"] - ZERO_CELSIUS_K,
                                 column["va"]))  # fmt: skip
    wet = _line("wet bulb (Stull)", column["exp_wbt"],
                thermofeel.calculate_wbt(column["t2m"], humidity) - ZERO_CELSIUS_K)  # fmt: skip
    worst = max(direct, same, globe, wet)
    return (
        f"WBGT of the signal within {direct:.3f} °C, from globe within {globe:.1e}, wet bulb "
        f"within {wet:.1e} ({'met' if worst <= TOLERANCE_C else 'NOT MET'}, {TOLERANCE_C})"
    )


def _line(name: str, reported_k: NDArray[np.float64], ours_c: NDArray[np.float64]) -> float:
    difference = np.abs(ours_c - (reported_k - ZERO_CELSIUS_K))
    print(f"{name:44}{difference.size:6}{difference.max():12.2g}{difference.mean():10.2g}")
    return float(difference.max())
