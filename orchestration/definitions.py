"""The code location that Dagster loads: ``orchestration.definitions``."""

from __future__ import annotations

import dagster as dg

from orchestration.build import build_definitions


@dg.definitions
def defs() -> dg.Definitions:
    return build_definitions()
