"""The shape of the configuration. Values and their comments are in base.yaml; no defaults here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from configs.block import Block, Count, NotNegative, Share
from configs.former_names import current_key
from configs.normalisers import Normaliser
from configs.sector_groups import SectorRelevance

LimitName = Literal[
    "pull_seconds", "stage_seconds", "requests", "bytes", "unpacked_bytes", "nesting", "rows",
    "memory_bytes",
]  # fmt: skip


#: Three times what a coordinate of two decimals, the coarsest that is measured, may lie off: within
#: less, a circle around it may miss the site (Methodology A.2).
MIN_RADIUS_KM = 2.4


class Columns(Block):
    """How the user's headers map to ours, and what must not be read."""

    map: dict[str, str]
    drop: tuple[str, ...]
    declared_false_alarms: dict[str, str]
    sole_traders: str | None


class ListFile(Block):
    """One file or folder of the list that needs settings of its own, added to those of all.

    Only here do keys have defaults: an entry of a list has no line in base.yaml to fill it.
    """

    path: str
    map: dict[str, str] = Field(default_factory=dict)
    drop: tuple[str, ...] = ()
    constants: dict[str, str] = Field(default_factory=dict)
    where: dict[str, str] = Field(default_factory=dict)
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    decimal: Literal["dot", "comma"] | None = None


class ListAnswers(Block):
    """What the user says about values of the list that are open."""

    countries: dict[str, str]
    sectors: dict[str, str]
    towns: dict[str, str]


class SupplierList(Block):
    """The list to rank."""

    files: tuple[str | ListFile, ...]
    columns: Columns
    derive_supplier_id: bool
    max_rejected_share: Share
    constants: dict[str, str]
    sheet: str | None
    decimal: Literal["dot", "comma"] | None
    answers: ListAnswers
    completed: str | None


class Buyer(Block):
    """Who buys: the user of the tool."""

    companies_house_number: str | None


class Identity(Block):
    """How suppliers are linked to registers and lists (docs/concepts/identity.md)."""

    accept: Share
    review: Share
    review_registers: Share
    least_distinctive: NotNegative
    margin: Share
    candidates_per_supplier: Count
    block_limit: Count
    listed_areas: str | None
    decisions: str | None

    @model_validator(mode="after")
    def _bands_in_order(self) -> Identity:
        if self.review > self.accept:
            raise ValueError("identity.review is above identity.accept; give a lower one")
        if self.review_registers > self.accept:
            raise ValueError("identity.review_registers is above identity.accept; give a lower one")
        return self


class Source(Block):
    """One source: whether it is pulled, from where, and its own settings."""

    enabled: bool
    url: str
    mirror: str | None
    options: dict[
        str,
        str
        | int
        | float
        | bool
        | list[str]
        | list[int]
        | dict[str, str]
        | list[dict[str, str | int | dict[str, str] | dict[str, float]]]
        | None,
    ]

    @model_validator(mode="after")
    def _circles_wider_than_the_error_of_points(self) -> Source:
        radius = self.options.get("radius_km")
        if isinstance(radius, int | float) and radius < MIN_RADIUS_KM:
            raise ValueError(
                f"a circle of {radius:g} km around a point: a coordinate of two decimals may lie "
                f"0.8 km off, so give radius_km {MIN_RADIUS_KM:g} or more, or give outlines, "
                "which are measured as they are"
            )
        return self


class SignalSettings(Block):
    """Weight within its pillar (0 = measured, unused) and how the value becomes a 0-1 risk.

    `shrink` may be left out: values then stay as measured.
    """

    weight: NotNegative
    normalise: Normaliser
    shrink: bool = False


class PriorityBandFloors(Block):
    """Lowest score of each priority band."""

    first: Annotated[float, Field(gt=0, lt=100)]
    second: Annotated[float, Field(gt=0, lt=100)]
    third: Annotated[float, Field(gt=0, lt=100)]

    @model_validator(mode="after")
    def _descending(self) -> PriorityBandFloors:
        if not self.first > self.second > self.third:
            raise ValueError("priority bands must descend: first > second > third")
        return self


class Peers(Block):
    """Peer groups: the finest level with enough members is used, and its name kept."""

    minimum: Count
    levels: tuple[tuple[Literal["sector", "sector_section", "region", "size"], ...], ...]


class Missing(Block):
    """When evidence is too thin for a score."""

    minimum_coverage: Share
    minimum_own_pillars: Count
    low_quantile: Share
    high_quantile: Share


class Scoring(Block):
    """How values become scores."""

    version: str
    exponent: Annotated[float, Field(ge=1)]
    pillars: dict[str, NotNegative]
    evidence_grade_caps: dict[Literal["A", "B", "C", "D"], Share]
    peers: Peers
    missing: Missing
    sector_relevance: SectorRelevance
    priority_bands: PriorityBandFloors
    top_k: Count
    reference: Literal["frozen", "own"]

    @model_validator(mode="before")
    @classmethod
    def _former_names(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {current_key("scoring", str(key)): value for key, value in given.items()}

    @model_validator(mode="after")
    def _something_weighs(self) -> Scoring:
        if not any(self.pillars.values()):
            raise ValueError("every pillar has weight 0; give at least one a weight above 0")
        return self


class Uncertainty(Block):
    """The Monte Carlo uncertainty analysis: which sources of uncertainty vary, and how far."""

    draws: Count
    sensitivity_draws: Count
    seed: Annotated[int, Field(ge=0)]
    measurement_error: bool
    weight_concentration: NotNegative
    powers: Annotated[tuple[Annotated[int, Field(ge=1, le=4)], ...], Field(min_length=1)]
    normaliser_changed_share: Share
    source_left_out_share: Share
    missing_filled_share: Share
    memory_mib: Count


class Selection(Block):
    """The audit plan of `scoring.top_k` suppliers: by priority, and a logged random sample."""

    random_share: Share
    maximum_per_country: Count | None
    maximum_per_travel_cell: Count | None
    cool_down_months: Annotated[int, Field(ge=0)]
    looked_at: str | None
    seed: Annotated[int, Field(ge=0)]

    @model_validator(mode="before")
    @classmethod
    def _published_before(cls, given: Any) -> Any:
        """The manifest of an earlier version has `budget`; a profile that has it is rejected."""
        if not isinstance(given, Mapping):
            return given
        return {key: value for key, value in given.items() if key != "budget"}


class Hold(Block):
    """What holds a run back from `latest`, against the run before it; a share of 1 never does."""

    ranked_fall: Share
    list_change: Share
    source_lost: bool
    source_rows_fall: Share
    rank_jump: Share
    band_jump: Share
    drift: Share
    ledger_days: Count


class Publish(Block):
    """The least a run must reach to be published, and what else `latest` asks of it."""

    minimum_suppliers: Count
    minimum_sources_ok: Annotated[int, Field(ge=0)]
    upload_to: str | None
    hold: Hold


class Alerts(Block):
    """What is sent about runs; the addresses are in the environment."""

    events: tuple[Literal["late", "failed", "held", "thin", "drifted", "done"], ...]
    late_hours: Annotated[float, Field(gt=0)]


class Retention(Block):
    """What `understory clean` keeps; months and days before today."""

    months: Count
    plain_months: Count
    superseded_days: Annotated[int, Field(ge=0)]
    work_days: Annotated[int, Field(ge=0)]
    raw_days: Annotated[int, Field(ge=0)]


class StoredRawFiles(Block):
    """Where the files of sources that runs used are kept beside the folder of results.

    Runs of before there was such a store have none.
    """

    address: str | None = None
    repeat: str | None = None


class Questions(Block):
    """What a question of a questionnaire costs a supplier."""

    hourly_cost: NotNegative
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    unmatched_minutes: NotNegative
    repeat_minutes: NotNegative


class Download(Block):
    """How politely and how patiently sources are fetched."""

    timeout_seconds: Annotated[float, Field(gt=0)]
    attempts: Count
    backoff_seconds: Annotated[float, Field(ge=0)]
    contact: str


class Measure(Block):
    """Where rasters are measured: on this machine's threads, or on a Dask cluster."""

    dask_scheduler: str | None


class BacktestSettings(Block):
    """Which outcomes judge a past month."""

    embargo_days: Annotated[int, Field(ge=0)]
    horizon_days: Count


class WeightSet(Block):
    """Where the weights come from, and what lets learned ones be published."""

    learned: bool
    evidence: str | None
    override: str | None


class Acceptance(Block):
    """What weights must reach to be published."""

    minimum_auc: Share
    minimum_supplier_auc: Share
    must_beat: tuple[str, ...]
    minimum_agreement: Share
    maximum_variance_share: Share
    group_error: tuple[NotNegative, NotNegative]
    minimum_group: Count


class Tune(Block):
    """The tuning tools, and the country table of the fairness check."""

    countries: str | None = None
    exposure: tuple[str, ...] = ("workforce_band",)
    backtest: BacktestSettings
    weights: WeightSet
    acceptance: Acceptance


#: Of the report, as `reports.languages.catalogue` has them.
Language = Literal["en", "es", "fr", "pt", "id", "vi", "de"]


class Settings(Block):
    """The whole effective configuration of a run."""

    title: str
    language: Language
    is_synthetic: bool
    use: Literal["commercial", "non_commercial", "research"]
    purpose: Literal[
        "prioritise_support", "dialogue", "voluntary_assessment", "purchasing_improvement"
    ]
    buyer: Buyer
    suppliers: SupplierList
    identity: Identity
    sources: dict[str, Source]
    source_limits: dict[str, dict[LimitName, Count]]
    download: Download
    measure: Measure
    signals: dict[str, SignalSettings]
    scoring: Scoring
    uncertainty: Uncertainty
    overrides: str | None
    selection: Selection
    publish: Publish
    alerts: Alerts
    retention: Retention
    raw_store: StoredRawFiles = StoredRawFiles()
    questions: Questions
    tune: Tune
