"""Great Expectations at work: suites and frames in, check results out.

Belongs here: everything that touches great_expectations, imported inside functions because it costs seconds.
Does not: what a table must look like (``suites``), the decision what a failure stops (``orchestration/checks``).

Three things that bite, each met here: results come back in another order than they were asked for (so each carries
its place); an error inside the engine comes back as an unsuccessful result without counts (so it is reported as
"could not be judged", never as a pass or a count); results carry cells (so only counts are read from them).
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.results import CheckResult
from expectations.statements import Expect, Statement, Suite

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

ALL_COLUMNS = "all_columns_are_present"
_COLUMNS_PLACE = "columns"
_SEVERITY = {"error": "critical", "warn": "warning"}
# Class names of exceptions in a traceback; the message beside them may quote a cell and stays unread.
_EXCEPTION = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception|Warning))\b", re.MULTILINE)


def judge(suites: Iterable[tuple[Suite, pl.DataFrame]], elsewhere: Executor | None = None) -> list[CheckResult]:
    """Judge each frame by its suite, in one Great Expectations context.

    Returns one result per statement, in the order of the suites, the presence of the columns first. A table
    without rows passes everything but that. ``elsewhere``: a process that has imported Great Expectations already.
    """
    tables = [(suite, frame.height, *_looked_at(suite, frame)) for suite, frame in suites]
    if elsewhere is not None:
        try:
            return elsewhere.submit(_judge_tables, tables).result()
        except BrokenProcessPool:  # it died, for want of memory: this process can do it
            return _judge_tables(tables)
    return _judge_tables(tables)


def gx_suite(suite: Suite) -> ExpectationSuite:
    """The suite as Great Expectations knows it; each expectation's meta names its statement and its place."""
    gx = great_expectations()
    expectations = [
        gx.expectations.ExpectTableColumnsToMatchSet(
            column_set=list(suite.columns), exact_match=False, meta={"place": _COLUMNS_PLACE}
        )
    ]
    for s, statement in enumerate(suite.statements):
        for e, expect in enumerate(statement.expects):
            kind = getattr(gx.expectations, expect.kind)
            meta = {"statement": statement.name, "place": f"{s}.{e}"}
            expectations.append(kind(**expect.arguments, severity=_SEVERITY[statement.severity], meta=meta))
    return gx.ExpectationSuite(name=suite.table, expectations=expectations)


def great_expectations() -> Any:
    """The library, imported with its analytics off; that costs seconds, once a process."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import
    import great_expectations as gx
    import great_expectations.expectations

    # It sets itself to tell of each temporary folder, and dbt in the same process gives it somewhere to tell it.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    return gx


def _batches() -> Any:
    """A batch definition in a fresh context that lives in memory; each frame becomes one batch of it."""
    gx = great_expectations()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole frame")


def _judge_tables(tables: list[tuple[Suite, int, pl.DataFrame | None, str | None]]) -> list[CheckResult]:
    batches = _batches()
    return [result for table in tables for result in _judge_table(batches, *table)]


def _judge_table(
    batches: Any, suite: Suite, n_rows: int, frame: pl.DataFrame | None, failure: str | None
) -> list[CheckResult]:
    by_place: dict[str, ExpectationValidationResult] = {}
    if frame is not None:
        try:
            batch = batches.get_batch({"dataframe": frame.to_pandas()})
            asked = gx_suite(suite if n_rows else replace(suite, statements=()))
            for result in batch.validate(asked, result_format="BASIC").results:
                by_place[(result.expectation_config.meta or {}).get("place", "")] = result
        except Exception as error:  # reported below: everything failed, because of this kind of error
            failure = type(error).__name__
    results = [_columns_present(suite, n_rows, by_place.get(_COLUMNS_PLACE), failure)]
    for s, statement in enumerate(suite.statements):
        broken: dict[str, int] = {}
        unjudged: dict[str, str] = {}
        for e, expect in enumerate(statement.expects if n_rows else ()):
            _read(expect, by_place.get(f"{s}.{e}"), failure, broken, unjudged)
        results.append(_result(suite, statement, n_rows, broken, unjudged))
    return results


def _looked_at(suite: Suite, frame: pl.DataFrame) -> tuple[pl.DataFrame | None, str | None]:
    """What is looked at of a frame, or None and the kind of error that its derived columns ran into.

    It has the derived columns; a column that no expectation looks into is zeros under its own name: only its presence
    counts, and turning and hashing customer text would cost time for nothing. A column that is missing stays missing;
    Great Expectations then says that it could not judge it.
    """
    try:
        return _with_derived(suite, frame), None
    except pl.exceptions.PolarsError as error:
        return None, type(error).__name__


def _with_derived(suite: Suite, frame: pl.DataFrame) -> pl.DataFrame:
    wanted = {c for s in suite.statements for x in s.expects for c in x.columns}
    derived = frame.with_columns(
        *(pl.lit(0, pl.Int8).alias(c) for c in frame.columns if c not in wanted),
        *(
            expression.alias(name)
            for name, expression in suite.derived.items()
            if name in wanted and set(expression.meta.root_names()) <= set(frame.columns)
        ),
    )
    # Great Expectations compares 64-bit numbers and zoned times at once, and everything else cell by cell.
    slow = {c: t for c, t in derived.schema.items() if c in wanted and (t.is_integer() or t == pl.Date)}
    return derived.with_columns(
        pl.col(c).cast(pl.Datetime("us", "UTC") if t == pl.Date else pl.Int64) for c, t in slow.items()
    )


def _columns_present(
    suite: Suite, n_rows: int, result: ExpectationValidationResult | None, failure: str | None
) -> CheckResult:
    metadata: dict[str, Any] = {"rows": n_rows, "expectations": 1}
    passed = result is not None and bool(result.success)
    if not passed:
        details = result.result.get("details") or {} if result is not None else {}
        missing = sorted(details.get("mismatched", {}).get("missing", []))
        if missing:
            metadata["missing_columns"] = missing
            metadata["what_to_do"] = f"Let whatever writes {suite.table} add these columns, empty where unknown."
        else:
            metadata["could_not_be_judged"] = {"columns": failure or _exception_kind(result)}
    description = "The table has every column of its agreed shape."
    return CheckResult(ALL_COLUMNS, suite.table, passed, "error", description, metadata)


def _read(
    expect: Expect,
    result: ExpectationValidationResult | None,
    failure: str | None,
    broken: dict[str, int],
    unjudged: dict[str, str],
) -> None:
    """Sort one expectation's result: held, broken with a count, or not judged with the kind of the error."""
    if result is None or _raised(result.exception_info):
        unjudged[expect.about] = failure or _exception_kind(result)
    elif not result.success:
        count = result.result.get("unexpected_count")
        broken[expect.about] = int(count if count is not None else result.result.get("observed_value") or 0)


def _raised(info: dict[str, Any] | None) -> bool:
    """Exception info is flat, or one entry per metric that could not be computed."""
    entries = [info or {}, *(v for v in (info or {}).values() if isinstance(v, dict))]
    return any(e.get("raised_exception") for e in entries)


def _exception_kind(result: ExpectationValidationResult | None) -> str:
    if result is None:
        return "no result came back"
    info = result.exception_info or {}
    entries = [info, *(v for v in info.values() if isinstance(v, dict))]
    kinds = [k for e in entries for k in _EXCEPTION.findall(e.get("exception_traceback") or "")]
    return kinds[0] if kinds else "unknown error"


def _result(
    suite: Suite, statement: Statement, rows: int, broken: dict[str, int], unjudged: dict[str, str]
) -> CheckResult:
    passed = not broken and not unjudged
    metadata: dict[str, Any] = {"rows": rows, "expectations": len(statement.expects)}
    if broken:
        metadata |= {"broken": broken, "what_to_do": statement.what_to_do}
    if unjudged:
        metadata["could_not_be_judged"] = unjudged
    return CheckResult(statement.name, suite.table, passed, statement.severity, statement.description, metadata)
