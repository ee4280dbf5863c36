"""Writes the demo world to a folder: same seed and folder, same bytes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from flows.demo_world import demo_ledger, demo_news, demo_observations, demo_rasters, demo_tables
from flows.demo_world.demo_companies import Supplier, cast_suppliers
from flows.demo_world.demo_geography import lay_out_boxes

#: The date the demo stands on; runs back to 2020-04-01 have data too.
DEMO_AS_OF = dt.date(2022, 3, 1)
BANNER = "SYNTHETIC demo data, drawn at random: no real company, place or measurement."


@dataclass(frozen=True)
class Planted:
    """What was planted, by supplier id.

    Attributes:
        problems: serious in at least two pillars: each must be in the first `first` places.
        traps: look serious to a careless reading: none may be there.
        pressed: the buyer itself is hard on them: purchasing is to be corrected first.
        first: length of the list that problems must reach and traps must not.
    """

    problems: Mapping[str, str]
    traps: Mapping[str, str]
    pressed: Mapping[str, str]
    first: int


@dataclass(frozen=True)
class DemoWorld:
    """What was written: the profile to run, the planted suppliers and the counts of the list."""

    profile_path: Path
    planted: Planted
    supplier_count: int
    site_count: int
    bad_row_count: int


def write_demo_world(folder: Path, seed: int = 7) -> DemoWorld:
    """Write the supplier list, the files of every source and a profile that names them.

    Args:
        folder: made if absent; files of the same names are replaced. Paths in the profile start
            with it as it is given, so a relative folder keeps the profile the same on every
            machine.
        seed: everything random comes from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    boxes = lay_out_boxes(np.random.default_rng([seed, 0]))
    suppliers = cast_suppliers(boxes, np.random.default_rng([seed, 2]))
    sites = [site for supplier in suppliers for site in supplier.sites]
    demo_rasters.write_rasters(folder / "hansen", boxes, sites, BANNER, seed)
    demo_observations.write_rain(
        folder / "rain" / "stations.csv", boxes, suppliers, np.random.default_rng([seed, 3])
    )
    demo_observations.write_fires(folder / "fires", suppliers, np.random.default_rng([seed, 4]))
    bad_rows = demo_tables.write_supplier_list(
        folder / "suppliers.csv", suppliers, np.random.default_rng([seed, 5])
    )
    demo_tables.write_accounts(
        folder / "accounts" / "accounts.csv", suppliers, np.random.default_rng([seed, 6])
    )
    demo_tables.write_country_table(
        folder / "countries" / "country_governance.csv", np.random.default_rng([seed, 8])
    )
    demo_tables.write_incomes(folder / "incomes.csv", np.random.default_rng([seed, 12]))
    pressed = demo_ledger.pressed_suppliers(suppliers, np.random.default_rng([seed, 9]))
    demo_ledger.write_ledger(
        folder / "ledger", suppliers, list(pressed), np.random.default_rng([seed, 10])
    )
    demo_news.write_news(
        folder / "news" / "articles.csv", suppliers, np.random.default_rng([seed, 11])
    )
    planted = Planted(
        problems={s.supplier_id: s.problem for s in suppliers if s.problem},
        traps={s.supplier_id: s.trap for s in suppliers if s.trap},
        pressed=pressed,
        first=20,
    )
    profile_path = folder / "demo.yaml"
    _write_profile(profile_path, folder)
    _write_readme(folder / "README.txt", planted, suppliers, seed)
    return DemoWorld(
        profile_path=profile_path,
        planted=planted,
        supplier_count=len(suppliers),
        site_count=len(sites),
        bad_row_count=bad_rows,
    )


def _write_profile(path: Path, folder: Path) -> None:
    """The packaged demo profile with the paths of this folder laid in."""
    packaged = (files("configs") / "profiles" / "demo.yaml").read_text(encoding="utf-8")
    profile: dict[str, Any] = yaml.safe_load(packaged)
    profile.setdefault("suppliers", {})["files"] = [(folder / "suppliers.csv").as_posix()]
    sources = profile.setdefault("sources", {})
    for source, place in (
        ("hansen_gfc", "hansen"),
        ("precipitation", "rain"),
        ("firms", "fires"),
        ("accounts_csv", "accounts"),
        ("country_table", "countries"),
        ("buyer_ledger", "ledger"),
        ("news_csv", "news"),
    ):
        sources.setdefault(source, {})["mirror"] = (folder / place).as_posix()
    profile["tune"] = {"countries": (folder / "incomes.csv").as_posix()}
    text = yaml.safe_dump(profile, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(f"# {BANNER}\n{text}", encoding="utf-8", newline="\n")


def _write_readme(path: Path, planted: Planted, suppliers: tuple[Supplier, ...], seed: int) -> None:
    lines = [BANNER, "", f"{len(suppliers)} suppliers, seed {seed}.", ""]
    lines += [f"Planted problems, all meant to be among the first {planted.first}:"]
    lines += [f"  {supplier_id}  {what}" for supplier_id, what in planted.problems.items()]
    lines += ["", f"Planted traps, none meant to be among the first {planted.first}:"]
    lines += [f"  {supplier_id}  {what}" for supplier_id, what in planted.traps.items()]
    lines += ["", "Pressed by the buyer itself, who is to correct its purchasing first:"]
    lines += [f"  {supplier_id}  {what}" for supplier_id, what in planted.pressed.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
