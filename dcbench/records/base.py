"""What all file formats share: frozen, closed, bounded models with a name and a version."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Provenance = Literal["measured", "calibrated", "published", "user", "assumed"]
"""Where a number came from, strongest first."""

Text = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Finite = Annotated[float, Field(ge=-1e30, le=1e30)]
NonNegative = Annotated[float, Field(ge=0, le=1e30)]
Positive = Annotated[float, Field(gt=0, le=1e30)]
Seconds = Annotated[float, Field(gt=0, le=1e10)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, le=10**9)]
Index = Annotated[int, Field(ge=0, le=10**9)]


class Record(BaseModel):
    """Part of a file format: no unknown keys, no NaN, no silent conversion, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class FileFormat(Record):
    """A whole file: `schema` names the format, `version` counts its incompatible changes."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False,
        validate_by_name=True, validate_by_alias=True, serialize_by_alias=True,
    )  # fmt: skip
