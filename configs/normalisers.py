"""How a value of a signal becomes a risk of 0 to 1."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from configs.block import Block


class Anchors(Block):
    """Piecewise linear from floor (0) to ceiling (1), in the signal's unit."""

    method: Literal["anchors"]
    floor: float
    ceiling: float
    anchor_source: str

    @model_validator(mode="after")
    def _apart(self) -> Anchors:
        if self.floor == self.ceiling:
            raise ValueError("floor and ceiling are equal; give two different values")
        return self


class PeerPercentile(Block):
    """Rank among peers, (rank - 0.5) / n."""

    method: Literal["peer_percentile"]


class RobustZ(Block):
    """(value - median) / (1.4826 MAD) among peers, through the normal distribution."""

    method: Literal["robust_z"]


class Threshold(Block):
    """1 at or beyond the threshold, else 0."""

    method: Literal["threshold"]
    at: float


Normaliser = Annotated[
    Anchors | PeerPercentile | RobustZ | Threshold, Field(discriminator="method")
]
