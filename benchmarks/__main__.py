"""`python -m benchmarks [--validate] [ID]`: list the measurements, or run one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.measurement_registry import measurements
from configs.config_errors import DataRejectedError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one measurement, or list those of a kind with their goals.

    Returns:
        Exit code: 0 done, 1 the data are not there, 2 no such measurement.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("id", nargs="?", help="the measurement to run; none lists them")
    parser.add_argument(
        "--validate", action="store_true", help="how good the result is, instead of how fast"
    )
    chosen = parser.parse_args(arguments)
    kind = "validate" if chosen.validate else "bench"
    of_kind = {m.id: m for m in measurements().values() if m.kind == kind}
    if chosen.id is None:
        width = max((len(name) for name in of_kind), default=0)
        for name, measurement in of_kind.items():
            print(f"{name:<{width}}  {measurement.goal}")
        return 0
    if chosen.id not in of_kind:
        names = ", ".join(of_kind) or "none yet"
        print(f"{chosen.id}: no such {kind} measurement; there are {names}", file=sys.stderr)
        return 2
    try:
        figures = of_kind[chosen.id].run()
    except (DataRejectedError, UsageError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"{chosen.id}: {figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
