"""What access to a source takes, whom it can speak for, and what asking it costs.

All three are facts on the card of the source: `understory sources plan` and the reference page of
keys read nothing else.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

VariableName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AccessKind(StrEnum):
    """What a user needs before a source can be read."""

    NONE = "none"
    FREE_KEY = "free_key"
    FREE_ACCOUNT = "free_account"
    PAID = "paid"
    OWN_DATA = "own_data"


class Access(_Facts):
    """How a source is accessed.

    Attributes:
        kind: what is needed: nothing, a free key, a free account (to download files that are then
            read from a folder), a paid plan, or data that the user has.
        variables: names of the environment variables that hold the key; no other variable is
            filled into addresses and headers of the source.
        required: False where the source also answers without its key, with less.
        register_at: where to register or to download.
        price: in words; empty where there is none.
        waiting_time: how long it usually takes to get access.
        adds: what the source, or its key, adds.
        off_because: why the default configuration does not read it though no key is needed; empty
            where it does, or where a key or data of the user are needed anyhow.
    """

    kind: AccessKind = AccessKind.NONE
    variables: tuple[VariableName, ...] = ()
    required: bool = True
    register_at: Annotated[str, Field(pattern=r"^(https://\S+)?$")] = ""
    price: str = ""
    waiting_time: str = ""
    adds: str = ""
    off_because: str = ""

    @model_validator(mode="after")
    def _what_must_be_obtained_is_described(self) -> Access:
        if self.variables and self.kind not in (AccessKind.FREE_KEY, AccessKind.PAID):
            raise ValueError("variables hold a key: its kind is free_key or paid")
        if self.kind is AccessKind.FREE_KEY and not self.variables:
            raise ValueError("a key needs the name of its variable")
        described = (self.register_at, self.price, self.waiting_time, self.adds)
        if self.kind not in (AccessKind.NONE, AccessKind.OWN_DATA) and not all(described):
            raise ValueError("state register_at, price, waiting_time and adds")
        return self


class Reach(_Facts):
    """Which suppliers a source could speak for.

    Attributes:
        by: `location`, a site with a measurable location; `identifier`, one of `identifiers` in
            the list; `name`, the name alone; `country`, every supplier.
        identifiers: columns of the list, any of which is enough.
        countries: ISO 3166 alpha-3 codes; empty: all.
        latitudes: southern and northern limit of what is observed, in degrees.
    """

    by: Literal["location", "identifier", "name", "country"]
    identifiers: tuple[Literal["lei", "cik", "company_number", "os_id"], ...] = ()
    countries: tuple[str, ...] = ()
    latitudes: tuple[float, float] = (-90.0, 90.0)

    @model_validator(mode="after")
    def _identifiers_are_named(self) -> Reach:
        if self.by == "identifier" and not self.identifiers:
            raise ValueError("name the identifiers")
        return self


class Grid(_Facts):
    """Cells in degrees that are asked for one by one.

    Attributes:
        latitude: height of a cell in degrees.
        longitude: width of a cell in degrees.
        counts: `touched`, every cell that the circle around a site touches; `centre`, the cell
            that holds its point; `nearest`, the grid point nearest to it.
    """

    latitude: Annotated[float, Field(gt=0)]
    longitude: Annotated[float, Field(gt=0)]
    counts: Literal["touched", "centre", "nearest"]


class Periods(_Facts):
    """Periods that are asked for one by one; their number comes from an option of the source.

    Attributes:
        option: key in `sources.<id>.options`; empty where the number is fixed.
        default: value where the option is not set.
        unit: what the value counts; `first_year` is the first year of a series up to the as-of
            date.
        every: length of a period that takes one request.
        earlier_years: years before `first_year` that are asked for too.
        and_more: periods on top, such as the two ends of a span of days.
    """

    option: str = ""
    default: Annotated[float, Field(gt=0)]
    unit: Literal["first_year", "years", "quarters", "months", "days", "hours"]
    every: Literal["year", "quarter", "month", "5 days", "quarter_hour"]
    earlier_years: int = 0
    and_more: int = 0


class Requests(_Facts):
    """Requests of one sort that a first run makes.

    Their number is `each` times the product of all that is set below, rounded up to whole groups.

    Attributes:
        each: requests for one of what is counted.
        kilobytes: transferred by one request, as published.
        per: what is counted; None: made once a run.
        among: suppliers that are counted, with or without an identifier of the source's reach.
        group: how many of them one request asks for.
        at_most: largest number of suppliers that is asked for.
        at_most_option: key in `sources.<id>.options` that replaces `at_most`.
        grid: cells, where they are counted.
        periods: periods, where they are counted.
        key: whether it is made only with a key, only without, or in both cases.
        when: at pulling, or when rasters are measured.
    """

    each: Annotated[float, Field(gt=0)] = 1.0
    kilobytes: Annotated[float, Field(ge=0)]
    per: Literal["supplier", "site", "country", "cell"] | None = None
    among: Literal["all", "with_identifier", "without_identifier"] = "all"
    group: Annotated[int, Field(ge=1)] = 1
    at_most: int | None = None
    at_most_option: str = ""
    grid: Grid | None = None
    periods: Periods | None = None
    key: Literal["either", "with", "without"] = "either"
    when: Literal["pull", "measure"] = "pull"

    @model_validator(mode="after")
    def _cells_have_a_grid(self) -> Requests:
        if (self.per == "cell") != (self.grid is not None):
            raise ValueError("cells are counted on a grid")
        return self
