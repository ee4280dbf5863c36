"""Cards: what a source or a signal is, who holds the data, and what it cannot tell."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.source_limits import Limits

#: How well a site must be located: its own place, or the town that it lies in.
LocationNeeded = Literal["exact", "town"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
WebAddress = Annotated[str, Field(pattern=r"^https://\S+$")]


class _Card(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Collection(StrEnum):
    """How the data came to be. There is no member for data collected from workers, by design."""

    PUBLIC_RECORD = "public_record"
    REMOTE_SENSING = "remote_sensing"
    BUYER_OWN = "buyer_own"
    SUPPLIER_VOLUNTEERED = "supplier_volunteered"


class Pillar(StrEnum):
    """The group of a signal; `context` is of country and sector, never supplier-specific."""

    FINANCIAL = "financial"
    LAND_USE = "land_use"
    ENVIRONMENT = "environment"
    SENTIMENT = "sentiment"
    PURCHASING = "purchasing"
    CONTEXT = "context"


class EvidenceGrade(StrEnum):
    """How well a link to labour outcomes is shown, A causal to D plausible (Methodology 2.2)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Status(StrEnum):
    """Why a signal has, or has not, a value for a supplier. Missing is neither safe nor risky.

    `not_disclosed_exempt`: the law lets the company leave it out. `not_disclosed_overdue`: the law
    asks for it, the day has passed and the register does not hold it. `not_disclosed`: a document
    is there and does not show it. `not_covered`: no source available holds anything; not collected.
    """

    OBSERVED = "observed"
    NOT_APPLICABLE = "not_applicable"
    NOT_DISCLOSED = "not_disclosed"
    NOT_DISCLOSED_EXEMPT = "not_disclosed_exempt"
    NOT_DISCLOSED_OVERDUE = "not_disclosed_overdue"
    NOT_COVERED = "not_covered"
    TOO_OLD = "too_old"
    CONTESTED = "contested"


class ChangeType(StrEnum):
    """What changes in the land; its relevance depends on the sector (Methodology 5.5)."""

    VEGETATION_LOSS = "vegetation_loss"
    BARE_OR_BUILT = "bare_or_built"
    MANGROVE_LOSS = "mangrove_loss"
    NIGHT_LIGHT = "night_light"
    FIRE = "fire"
    CROPLAND = "cropland"


#: Statuses that weigh on no one's coverage: the value cannot be asked of the supplier.
NOT_REQUIRED = (Status.NOT_APPLICABLE.value, Status.NOT_DISCLOSED_EXEMPT.value)


class IloIndicator(StrEnum):
    """The eleven ILO indicators of forced labour (SAP-FL 2012)."""

    ABUSE_OF_VULNERABILITY = "abuse_of_vulnerability"
    DECEPTION = "deception"
    RESTRICTION_OF_MOVEMENT = "restriction_of_movement"
    ISOLATION = "isolation"
    PHYSICAL_AND_SEXUAL_VIOLENCE = "physical_and_sexual_violence"
    INTIMIDATION_AND_THREATS = "intimidation_and_threats"
    RETENTION_OF_IDENTITY_DOCUMENTS = "retention_of_identity_documents"
    WITHHOLDING_OF_WAGES = "withholding_of_wages"
    DEBT_BONDAGE = "debt_bondage"
    ABUSIVE_CONDITIONS = "abusive_working_and_living_conditions"
    EXCESSIVE_OVERTIME = "excessive_overtime"


#: Indicators that no signal here can see (Methodology 1.3); every output says so.
INVISIBLE_INDICATORS = (
    IloIndicator.DECEPTION,
    IloIndicator.PHYSICAL_AND_SEXUAL_VIOLENCE,
    IloIndicator.INTIMIDATION_AND_THREATS,
    IloIndicator.RETENTION_OF_IDENTITY_DOCUMENTS,
)


class IloLink(_Card):
    """How a signal bears on one ILO indicator; strength 0 none to 3 fairly direct."""

    indicator: IloIndicator
    strength: Annotated[int, Field(ge=0, le=3)]
    path: Literal["driver", "context", "trace"]


class Licence(_Card):
    """Terms of a source, in a form that exports can check."""

    id: str
    url: WebAddress
    redistributable: bool
    commercial_use: bool
    share_alike: bool = False


class SourceCard(_Card):
    """What a source is.

    `publication_lag_days` is the time from the end of what a row describes to its publication;
    a run as of a date sees a row only when that lag has passed, unless the row itself carries
    the day it was published. Sources of the role `identity` say who a supplier is; they are read
    before the others, which can then be asked by the identifiers that were found. `lineage` names
    what the data were observed with, whoever publishes them, such as `landsat`: two sources that
    share an instrument are not independent of one another. Empty: the source stands for itself.
    `form_verified` says when addresses and form were last compared with the publisher's, and how.
    `expected_rows` are the fewest and the most that a run usually stages of its publisher's files;
    fewer are reported. `counts` says in which units the source accounts for its input
    (`signals.conservation`); files are always counted. `access` says what a user needs to read it;
    `reach`, which suppliers it could speak for (None: as its signals do, by site, country or name);
    `requests`, what a first run asks its address for. `has_yearly_archives` says that without a key
    the source reads archives of past years, which no longer change. `limits` says how long the
    source may take and how large it may grow in a run; a source that `is_isolated` is read in a
    process of its own, because native libraries read what came from outside. `rows_by_month` says
    that its one table has rows by month, and that those of a month depend on the files that bear on
    it alone (`signals.month_staging`). `hosts` are further hosts that its publisher's answers link
    to; links elsewhere are not asked.
    """

    id: Identifier
    title: str
    publisher: str
    url: WebAddress
    licence: Licence
    held_by: str
    collection: Collection
    lineage: tuple[Identifier, ...] = ()
    role: Literal["evidence", "identity"] = "evidence"
    cadence: Literal["once", "daily", "weekly", "monthly", "quarterly", "yearly"]
    publication_lag_days: Annotated[int, Field(ge=0)]
    coverage: str
    expected_rows: tuple[int, int]
    counts: tuple[Unit, ...] = (Unit.FILE,)
    citation: str
    form_verified: str = ""
    access: Access = Access()
    reach: Reach | None = None
    requests: tuple[Requests, ...] = ()
    location_needed: LocationNeeded = "exact"
    has_yearly_archives: bool = False
    limits: Limits = Limits()
    is_isolated: bool = False
    rows_by_month: bool = False
    hosts: tuple[str, ...] = ()

    @property
    def is_static(self) -> bool:
        """Whether its files change once a year at most, so that all runs can share one copy."""
        return self.cadence in ("once", "yearly")


class Wording(_Card):
    """How a sentence writes a value where a bare figure would not read well.

    `scale` says how a figure is turned back before it is written: `linear` as it is;
    `percentage_points` times 100; `log_ratio` as the ratio exp(x); `log_change` as the relative
    change exp(x) - 1 in percent; `log1p` as exp(x) - 1. `negative`, `zero` and `positive` are
    phrases by the sign of the value, with `{size}` for the figure without its sign (for
    `log_ratio` the ratio itself). `steps` are phrases by value for categories: the one of the
    highest lower bound that the value reaches.
    """

    scale: Literal["linear", "percentage_points", "log_ratio", "log_change", "log1p"] = "linear"
    negative: str = ""
    zero: str = ""
    positive: str = ""
    steps: tuple[tuple[float, str], ...] = ()

    @model_validator(mode="after")
    def _phrases_are_complete(self) -> Wording:
        phrases = [self.negative, self.zero, self.positive]
        if any(phrases) and not all(phrases):
            raise ValueError("a wording by sign needs phrases for negative, zero and positive")
        if any(phrases) and self.steps:
            raise ValueError("a wording goes by sign or by steps, not by both")
        if list(self.steps) != sorted(self.steps):
            raise ValueError("the steps of a wording ascend")
        return self


class MeasuredValidity(_Card):
    """Supplier-weighted AUC of one signal in one sector: 0.5 is no information, below it is wrong.

    `data` names the cases and places, `measured_on` the day, `sector` the sector, or `mean` for the
    plain mean of the sectors. `low` and `high` end the 90 % interval by drawing whole states;
    `cases` is the number of cases in it, and `applies` whether the signal applies to the sector by
    the default table of sector groups.
    """

    data: str
    measured_on: dt.date
    sector: str
    applies: bool
    cases: Annotated[int, Field(ge=0)]
    auc: Annotated[float, Field(ge=0, le=1)]
    low: Annotated[float, Field(ge=0, le=1)]
    high: Annotated[float, Field(ge=0, le=1)]


class SignalCard(_Card):
    """What a signal is and what it cannot tell; weight and normaliser live in configs.

    `applies_to` says whether the signal exists for every supplier, for companies alone (accounts)
    or for sourcing areas alone (regional statistics); a pillar's weight is shared among the signals
    that can apply to the same kind. `direction` is +1 when a higher value is riskier and -1 when
    a lower one is. `site_rule` says how site values become a supplier value. `inputs` are staging
    tables. `change_type` names the change in the land that a sector is weighed against; None: the
    value means the same for every sector. `outcome_kinds` are the kinds of outcome that
    the signal itself reports: where these are the labels, it must not be among the features.
    `location_needed` is `town` where the value hardly changes within a town. `is_per_supplier`:
    a supplier has the same value whoever else is listed, so that a long list is computed in parts;
    false where suppliers are compared with one another. `validity` is what it was measured to say
    of suppliers with known cases; empty where it stands on mechanism and literature alone.
    """

    id: Identifier
    title: str
    pillar: Pillar
    sources: tuple[Identifier, ...]
    inputs: tuple[Identifier, ...]
    unit: str
    direction: Literal[1, -1]
    ilo: tuple[IloLink, ...]
    evidence_grade: EvidenceGrade
    stage: Literal["desktop"] = "desktop"
    applies_to: Literal["any", "firm", "sourcing_area"] = "any"
    support: Literal["supplier", "site", "country"]
    site_rule: Literal["mean", "none"] = "none"
    location_needed: LocationNeeded = "exact"
    is_per_supplier: bool = False
    outcome_kinds: tuple[Literal["public_listing", "court", "import_ban"], ...] = ()
    change_type: ChangeType | None = None
    lag: str
    max_age_days: Annotated[int, Field(gt=0)]
    valid_range: tuple[float, float]
    limits: tuple[str, ...]
    references: tuple[str, ...]
    sentence: str
    wording: Wording = Wording()
    validity: tuple[MeasuredValidity, ...] = ()

    @model_validator(mode="after")
    def _limits_and_links_are_stated(self) -> SignalCard:
        if not self.limits or not self.references:
            raise ValueError(f"signal {self.id}: state its limits and its references")
        if self.pillar is not Pillar.CONTEXT and not self.ilo:
            raise ValueError(f"signal {self.id}: link it to at least one ILO indicator")
        if any(link.indicator in INVISIBLE_INDICATORS and link.strength > 1 for link in self.ilo):
            raise ValueError(f"signal {self.id}: claims to see an indicator that no one can see")
        if (self.support == "site") != (self.site_rule != "none"):
            raise ValueError(f"signal {self.id}: site support needs a site rule, others need none")
        return self
