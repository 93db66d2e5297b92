"""Schedules: when. They pass the calendar's date as ``as_of``; the job takes all that is unprocessed.

A tick missed while the machine was down is not caught up tick by tick: the next run reads whatever has landed since.
"""

from __future__ import annotations

import os
from datetime import UTC

import dagster as dg

from orchestration.jobs import refresh, revalidate_thresholds, review

TIME_ZONE = os.environ.get("JSI_TIME_ZONE", "UTC")


def _as_of(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    # The day in UTC, in which weeks end: far to the east Monday has begun before the week is over.
    day = context.scheduled_execution_time.astimezone(UTC).strftime("%Y-%m-%dT00:00:00+00:00")
    return dg.RunRequest(
        run_key=f"{context.scheduled_execution_time:%Y-%m-%d}",
        run_config={"ops": {"raw_extracts": {"config": {"as_of": day}}}},
    )


@dg.schedule(
    job=refresh,
    cron_schedule="0 5 * * 1",
    execution_timezone=TIME_ZONE,
    description="Every Monday 05:00: the week that ended on Sunday.",
)
def weekly_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return _as_of(context)


@dg.schedule(
    job=refresh,
    cron_schedule="0 6 1 * *",
    execution_timezone=TIME_ZONE,
    description="On the first of each month 06:00: the month that ended.",
)
def monthly_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return _as_of(context)


@dg.schedule(
    job=review,
    cron_schedule="0 8 1 * *",
    execution_timezone=TIME_ZONE,
    description="On the first of each month 08:00, after the refresh: the review of the model.",
)
def monthly_review(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(run_key=f"{context.scheduled_execution_time:%Y-%m-%d}")


@dg.schedule(
    job=revalidate_thresholds,
    cron_schedule="0 9 1 1,4,7,10 *",
    execution_timezone=TIME_ZONE,
    description="On the first of each quarter 09:00, after the refresh: the thresholds against the exits of the past.",
)
def quarterly_thresholds(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(run_key=f"{context.scheduled_execution_time:%Y-%m-%d}")


SCHEDULES = [weekly_refresh, monthly_refresh, monthly_review, quarterly_thresholds]
