"""How much of a run's ranking a list of countries could have made."""

import datetime as dt
import json
import tempfile
from pathlib import Path

import configs
from flows.demo_world import DEMO_AS_OF, write_demo_world
from flows.run import stages
from flows.run.work.stage_types import RunRequest
from scoring.explanation.country_share import MAX_EXPLAINED

ID = "country_share"
GOAL = "countries explain < 50 % of the spread of scores with three supplier-specific pillars"
KIND = "validate"

_LEAST_COUNTRIES = 2
REAL_AS_OF = dt.date(2022, 3, 1)


def run() -> str:
    """Run the demo world and, where the shared data are there, the real input.

    Returns:
        R² and rank correlation of each run.
    """
    print(f"{'run':12}{'ranked':>8}{'countries':>10}{'R²':>8}{'rank corr.':>11}"
          f"{'R² of prior':>12}{'3+ pillars':>11}{'R²':>8}")  # fmt: skip
    reported = []
    with tempfile.TemporaryDirectory() as folder:
        world = write_demo_world(Path(folder) / "demo")
        reported.append(_measure("demo", str(world.profile_path), DEMO_AS_OF, Path(folder) / "out"))
        shared = Path(__file__).resolve().parents[2] / "shared"
        if shared.is_dir():
            reported.append(_measure("real_input", "real_input", REAL_AS_OF, Path(folder) / "real"))
        else:
            print("real_input  not run: ../shared is not there")
    return "; ".join(reported)


def _measure(name: str, profile: str, as_of: dt.date, out: Path) -> str:
    settings = configs.load(profile, local=None)
    published = stages.run_all(RunRequest(settings, as_of, out))
    manifest = json.loads((published.folder / "manifest.json").read_text(encoding="utf-8"))
    share = manifest["countries"]
    cells = [share[key] for key in (
        "r_squared", "rank_correlation", "prior_r_squared", "many_pillars",
        "r_squared_3plus_pillars"
    )]  # fmt: skip
    text = ["-" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell)
            for cell in cells]  # fmt: skip
    print(f"{name:12}{share['ranked']:8}{share['countries']:10}{text[0]:>8}{text[1]:>11}"
          f"{text[2]:>12}{text[3]:>11}{text[4]:>8}")  # fmt: skip
    many = share["r_squared_3plus_pillars"]
    if share["countries"] < _LEAST_COUNTRIES:
        aim = "ranked suppliers of one country: nothing to compare"
    elif many is None:
        aim = f"{share['many_pillars']} with three pillars, too few to say"
    else:
        aim = f"{many:.2f} with three pillars, {'met' if many < MAX_EXPLAINED else 'NOT MET'}"
    return f"{name} R² {text[0]}, rank correlation {text[1]} ({aim})"
