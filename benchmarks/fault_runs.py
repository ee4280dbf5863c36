"""One source against a publisher that fails: what the run makes of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest.mock import patch

from configs.settings import Settings
from flows.publishers_world import rasters
from flows.publishers_world.faults import Failing, Fault
from flows.publishers_world.server import World
from flows.run import stages
from flows.run.request import inputs, run_request
from flows.run.sources import bounded_staging, source_stages
from flows.run.work import artefacts
from flows.run.work.stage_types import PreparedRun, RunRequest
from signals.fetching.fetch import Fetcher
from signals.fetching.stand_in import VARIABLE
from signals.registry import sources
from signals.source_errors import SourceUnavailableError

AS_OF = dt.date(2026, 11, 20)

#: Suppliers of which every source of the world knows one.
SUPPLIERS = """\
supplier_id,name,country,sector,commodity,town,latitude,longitude,lei,cik,company_number
S1,Example Mills Limited,India,10,,Pune,18.5213,73.8547,5493000000000000EX70,,
S2,Listed Trading Company 2,Indonesia,01,1201,,-6.2034,106.8041,,,
S3,Example Inc.,United States,26,,,35.1353,-106.5847,,0000320193,
S4,Example Plc,United Kingdom,14,,London,,,,,00000006
S5,Exemple,France,14,,Paris,,,,,356000000
S6,Eksempel AS,Norway,10,,Oslo,,,,,923609016
S7,Exemplo Ltda,Brazil,01,1201,,-3.1034,-60.0213,,,19131243000197
S8,Example Garments,Bangladesh,14,,,23.8051,90.4023,,,
S9,Eksempel Mill AS,Norway,10,,Bergen,,,,,889640782
S10,Exemple Deux,France,14,,Lyon,,,,,552100554
S11,Example Two Plc,United Kingdom,14,,Leeds,,,,,00000007
S12,Example Two Inc.,United States,26,,,37.7741,-122.4193,,0000320194,
S13,Example Pty Ltd,Australia,10,,Perth,,,,,51824753556
"""

KEYS = {
    "COMPANIES_HOUSE_KEY": "k1",
    "OPEN_SUPPLY_HUB_TOKEN": "k2",
    "FIRMS_MAP_KEY": "k3",
    "OPENAQ_API_KEY": "k4",
    "DOL_API_KEY": "k5",
    "GFW_API_KEY": "k6",
}
#: Addresses of sources that have none in the configuration that comes with the product.
ADDRESSES = {
    "gfw_alerts": "https://data-api.globalforestwatch.org",
    "land_cover": "https://lulctimeseries.blob.core.windows.net/lulctimeseriesv003",
    "listed_goods": "https://apiprod.dol.gov/v4/get/ILAB/ImportWatch_Core_Data/json",
    "modis_ndvi": "https://modis.ornl.gov/rst/api/v1",
    "travel_time": "https://data.malariaatlas.org/geoserver/Accessibility/ows",
    "uk_payment_practices": "https://check-payment-practices.service.gov.uk/export/csv/",
}
#: Short spans, so that a pair takes seconds.
_OPTIONS = {
    "opensanctions": {"licence": "non_commercial"},
    "precipitation": {"first_year": "2026"},
    "nasa_power": {"first_year": "2024"},
    "gdelt_gkg": {"window_hours": "1"},
    "sec_financial_statements": {"quarters": "2"},
    "companies_house_accounts": {"months": "2"},
    "night_lights": {"years": "2"},
    "land_cover": {"span_years": "2"},
    "sentinel2": {"window_days": "60"},
    "landsat": {"window_days": "60"},
    "firms": {"window_days": "10"},
    "modis_ndvi": {"years": "1"},
}
#: Sources whose pixels are read in windows while they are measured, all layers and tiles of a list
#: together: some of them would give another figure, or a list that is whole for some sites alone.
#: What came before a fault is used by the next run, which asks for the rest (`pairs_of`).
BY_WINDOWS = frozenset(
    {
        "hansen_gfc", "landsat", "night_lights", "precipitation", "sentinel2", "surface_water",
        "worldpop",
    }
)  # fmt: skip
#: Sources whose answers say something together alone, such as a page and the table it links to:
#: what came first has no rows. The answers are in the store, and the next run goes on there.
TOGETHER = {
    "brazil_company_register": "a company is in one archive and its offices are in another",
    "cbp_withhold_release_orders": "the page links to the table",
    "filings_xbrl_org": "the index of a company links to its reports",
    "land_cover": "changes are those between two maps",
    "openaq": "stations, then their days",
    "uk_modern_slavery_statements": "a missing year would read as no statement",
    **dict.fromkeys(sorted(BY_WINDOWS), "pixels of all layers and tiles are measured together"),
}
_ABSENT = ("gone", "not-found")
_LONGEST = 700
_OF_CODE = re.compile(r"Traceback|\b(?:Key|Type|Value|Attribute|Index)Error\b|NoneType|<class ")


@dataclass(frozen=True)
class Outcome:
    """The outcome for a source.

    Attributes:
        rows: staged, by table.
        reason: why it is unavailable; empty where it is not.
        notes: sentences on what was not fetched or could not be used.
        asked: requests.
        crash: an error that nobody foresaw; empty where there was none.
        tables: hash of each staged table.
        waits: seconds that it waited before it asked again.
    """

    rows: Mapping[str, int]
    reason: str
    notes: tuple[str, ...]
    asked: int
    crash: str = ""
    tables: Mapping[str, str] = field(default_factory=dict)
    waits: tuple[float, ...] = ()

    @property
    def status(self) -> str:
        """In a word or two."""
        if self.crash:
            return "CRASH"
        if self.reason:
            return "unavailable"
        return "in part" if self.notes else "read"

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that a user reads of it."""
        return tuple(one for one in (self.reason, *self.notes) if one)


def asking_sources(settings: Settings) -> list[str]:
    """Sources that are switched on and ask a publisher."""
    return [
        name
        for name in sources()
        if name in settings.sources
        and settings.sources[name].enabled
        and settings.sources[name].url
        and settings.sources[name].mirror is None
    ]


def settings_of_all(suppliers: Path) -> Settings:
    """Every source that has an address switched on; waits are not waited for."""
    base = run_request.settings_of(None, [], [suppliers])
    addressed = [name for name, one in base.sources.items() if one.url or name in ADDRESSES]
    overrides = [
        "is_synthetic=true",
        "download.contact=a@example.org",
        "download.timeout_seconds=20",
        "download.attempts=2",
        *(f"sources.{name}.enabled=true" for name in addressed),
        *(f"sources.{name}.url={url}" for name, url in ADDRESSES.items()),
        *(
            f"sources.{name}.options.{option}={value}"
            for name, options in _OPTIONS.items()
            for option, value in options.items()
        ),
    ]
    return run_request.settings_of(None, overrides, [suppliers])


@contextmanager
def unhurried(world: World, waits: list[float]) -> Iterator[None]:
    """Lead all requests to the world, and note waits in place of waiting."""
    noting = partial(Fetcher, sleep=waits.append)
    with (
        patch.dict(os.environ, {**KEYS, VARIABLE: world.root}),
        patch.object(source_stages, "Fetcher", noting),
        # A process of its own would wait.
        patch.object(bounded_staging, "is_isolated", return_value=False),
    ):
        logging.getLogger("understory").setLevel(logging.ERROR)
        yield


def run_source(
    world: World, suppliers: Path, out: Path, source_id: str, failing: Failing | None = None
) -> Outcome:
    """Pull and stage one source for the list, in a store of its own.

    Args:
        world: while it runs.
        suppliers: the list.
        out: a new folder.
        source_id: of the source.
        failing: how its publishers fail; None: they answer as usual.
    """
    waits: list[float] = []
    world.changes.clear()
    world.asked.clear()
    if failing is not None:
        world.changes[""] = failing
    with unhurried(world, waits):
        prepared = stages.prepare(RunRequest(settings_of_all(suppliers), AS_OF, out, force=False))
        try:
            try:
                stages.pull(prepared, source_id)
            except SourceUnavailableError as error:
                stages.mark_source_unavailable(prepared, source_id, error)
            stages.stage(prepared, source_id)
        except Exception as error:  # whatever would stop a run is what is looked for
            crash = f"{type(error).__name__}: {error}"
            return Outcome({}, "", (), len(world.asked), crash, waits=tuple(waits))
    world.changes.clear()
    return _outcome(prepared, source_id, len(world.asked), tuple(waits))


def _outcome(
    prepared: PreparedRun, source_id: str, asked: int, waits: tuple[float, ...]
) -> Outcome:
    workspace = prepared.workspace
    if inputs.is_unavailable(workspace, source_id):
        record = workspace.read_json(artefacts.outage(source_id))
        crash = str(record["detail"] or "")[-300:]
        return Outcome({}, str(record["reason"]), (), asked, crash, waits=waits)
    staged = workspace.read_json(artefacts.staged(source_id))
    stopped = inputs.stopped_early(workspace, source_id)
    notes = tuple(one for one in (stopped, staged["not_used"]) if one)
    tables = {
        table: _hash_of(prepared, source_id, table)
        for table, rows in staged["rows"].items()
        if rows
    }
    return Outcome(staged["rows"], "", notes, asked, tables=tables, waits=waits)


def _hash_of(prepared: PreparedRun, source_id: str, table: str) -> str:
    frame = prepared.workspace.read_frame(artefacts.staged_rows(source_id, table))
    return hashlib.sha256(repr(frame.rows()).encode()).hexdigest()


def breaches(
    source_id: str, usual: Outcome, found: Outcome, fault: Fault, *, is_late: bool
) -> list[str]:
    """What is wrong with an outcome; nothing where the source takes the fault as it should.

    Args:
        source_id: of the source.
        usual: of the same source where its publishers answer as usual.
        found: where they fail.
        fault: how they fail.
        is_late: whether the first half of the requests was answered as usual.
    """
    if found.crash:
        return [f"unforeseen: {found.crash}"]
    wrong = [
        f"is no sentence for a user: {sentence[:200]!r}"
        for sentence in found.sentences
        if len(sentence) > _LONGEST or "\n" in sentence or _OF_CODE.search(sentence)
    ]
    # One record that is not there is an answer; all of them are not.
    is_answer = is_late and fault.id in _ABSENT
    if found.total < usual.total and not found.sentences and not is_answer:
        wrong.append(f"silent: {found.total} of {usual.total} rows without a sentence")
    if fault.keeps_content and dict(found.tables) != dict(usual.tables):
        wrong.append(f"{found.total} of {usual.total} rows, and all could be had: {found.reason}")
    if is_late and found.total == 0 and usual.total > 0 and source_id not in TOGETHER:
        wrong.append(f"what came before is not used: {found.reason or found.notes}")
    return wrong


@contextmanager
def small_files() -> Iterator[None]:
    """Publishers' files with as few bytes as their pixels and rows need."""
    with (
        patch.object(rasters, "_RAIN_BLOCK_BYTES", 40_000),
        patch.object(rasters, "_LIGHT_BLOCK_BYTES", 40_000),
    ):
        yield
