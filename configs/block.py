"""What every block of the configuration has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class Block(BaseModel):
    """Keys and values that do not change once read; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")
