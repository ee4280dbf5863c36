"""A list of six mills with accounts, fires and a country table, and a profile that names them."""

import itertools
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

import configs
from flows.run.work.stage_types import Published

AS_OF = "2022-03-01"
_ITEMS = (
    "total_assets,current_assets,current_liabilities,total_liabilities,equity,"
    "retained_earnings,ebit,revenue,net_income"
)


def write_small_world(
    folder: Path,
    companyfacts_url: str | None = None,
    with_accounts: Sequence[str] = ("s0", "s1", "s2"),
) -> Path:
    """Write the files and a profile.

    Args:
        folder: where to write.
        companyfacts_url: an address that stands for the SEC; None switches that source off.
        with_accounts: ids of the suppliers that have accounts, in the order of their equity.

    Returns:
        The profile's path.
    """
    folder.mkdir(parents=True)
    rows = [
        f"s{row},Mill {row},Indonesia,10,{-1.5 - row / 100},{103 + row / 100},{row + 1:010d}"
        for row in range(6)
    ]
    header = "supplier_id,name,country,sector,latitude,longitude,cik"
    (folder / "list.csv").write_text("\n".join([header, *rows]) + "\n")
    (folder / "accounts").mkdir()
    accounts = [
        f"{supplier},2020-01-01,2020-12-31,2021-06-30,USD,100,40,50,{100 - equity},{equity},"
        f"{equity // 2},{equity // 4},200,{equity // 5}"
        for supplier, equity in zip(with_accounts, itertools.cycle((-40, 20, 60)))
    ]
    (folder / "accounts" / "accounts.csv").write_text(
        "\n".join([f"supplier_id,period_start,period_end,filed_on,currency,{_ITEMS}", *accounts])
    )
    (folder / "countries").mkdir()
    (folder / "countries" / "country_table.csv").write_text(
        "iso3,year,rule_of_law_risk,income_group\nIDN,2020,0.55,lower_middle\n"
    )
    companyfacts: dict[str, Any] = {"enabled": False}
    if companyfacts_url is not None:
        companyfacts = {"enabled": True, "url": companyfacts_url}
    profile = {
        "title": "Small world",
        "is_synthetic": True,
        "suppliers": {"files": [str(folder / "list.csv")]},
        "sources": {
            **{name: {"enabled": False} for name in configs.load(local=None).sources},
            "accounts_csv": {"mirror": str(folder / "accounts")},
            "country_table": {"mirror": str(folder / "countries")},
            "sec_companyfacts": companyfacts,
        },
        "download": {"backoff_seconds": 0.1, "attempts": 1},
        "scoring": {"missing": {"minimum_coverage": 0.1, "minimum_own_pillars": 1}},
    }
    path = folder / "profile.yaml"
    path.write_text(yaml.safe_dump(profile))
    return path


def published_ids(out: Path) -> list[str]:
    """Ids of all folders that were published, the work folder and `latest` apart."""
    return sorted(
        json.loads((entry / "manifest.json").read_text())["run_id"]
        for entry in out.iterdir()
        if not entry.is_symlink() and (entry / "manifest.json").is_file()
    )


def copied_runs(runs: Sequence[Published], folder: Path) -> tuple[Path, list[Published]]:
    """The world and the outputs of runs of one list in another folder: its profile and the runs."""
    first = runs[0].folder.parent.parent
    shutil.copytree(first, folder, symlinks=True, dirs_exist_ok=True)
    profile = folder / "world" / "profile.yaml"
    profile.write_text(profile.read_text().replace(str(first), str(folder)))
    return profile, [replace(run, folder=folder / "out" / run.run_id) for run in runs]
