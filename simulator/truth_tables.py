"""The tables of the truth: feeling, accounts, people, episodes, outcomes, events, plays, answers.

Belongs here: one function a table, Sample → frame. Does not: texts (``truth_texts``), writing (``truth``).
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from simulator import words
from simulator.causes import CAUSES
from simulator.company_shape import ROLES
from simulator.sample import CHANNELS, Sample
from simulator.vendors.qualtrics import response_id, ticket_id
from simulator.vendors.salesforce import Duplicates


def counts(sample: Sample) -> dict[str, int]:
    """What customers wrote, said and rated; ``touches`` is the number that ``World.touches`` asks for."""
    texts = {c: sum(line.text is not None for line in sample.scripts[c].lines) for c in CHANNELS}
    ratings = len(sample.answers.score)
    reviews = sum(line.rating is not None for line in sample.scripts["review"].lines)
    words_said = len(sample.verbatims)
    return {
        **texts,
        "survey_ratings": ratings,
        "survey_verbatims": words_said,
        "review_ratings": reviews,
        "touches": sum(texts.values()) + ratings + words_said + reviews,
        "tickets": len(sample.tickets),
        "invitations": int((sample.invitations.at < sample.world.n_days * 86_400).sum()),
        "usage_rows": len(sample.usage.value),
        "lines_of_agents_and_bots": sum(line.text is None for c in CHANNELS for line in sample.scripts[c].lines),
    }


def latent_feeling(sample: Sample) -> pl.DataFrame:
    """account_id, week_on (the Monday after the week), buyer, executive, user, decision."""
    a, w = sample.feeling.by_role.shape[:2]
    mondays = [sample.world.day(7 * (k + 1)) for k in range(w)]
    roles = {name: np.round(sample.feeling.by_role[:, :, i].ravel(), 6) for i, name in enumerate(ROLES[:3])}
    return pl.DataFrame(
        {
            "account_id": np.repeat(sample.shape.account_id, w),
            "week_on": mondays * a,
            **roles,
            "decision": np.round(sample.feeling.decision.ravel(), 6),
        }
    )


def account_effects(sample: Sample) -> pl.DataFrame:
    """One row per account: its level, its nature and what is known of it."""
    shape = sample.shape
    return pl.DataFrame(
        {
            "account_id": shape.account_id,
            "account_name": shape.account_name,
            "segment": [words.SEGMENTS[i] for i in shape.segment],
            "region": [words.REGIONS[i] for i in shape.region],
            "product_line": [words.PRODUCT_LINES[i].lower() for i in shape.product_line],
            "level": np.round(sample.feeling.level, 6),
            "is_hidden_risk": shape.is_hidden_risk,
            "is_new": shape.is_new,
            "size": np.round(shape.size, 6),
            "n_people": np.diff(shape.people_start),
            "first_seen_on": [sample.world.day(int(d)) for d in shape.first_seen_day],
            "silent_from_on": [
                sample.world.day(int(d)) if d <= sample.world.n_days else None for d in sample.outcomes.silent_from
            ],
        }
    )


def people(sample: Sample) -> pl.DataFrame:
    """person_id, account_id, role, offset of the person's feeling from the role's."""
    shape = sample.shape
    return pl.DataFrame(
        {
            "person_id": shape.person_id,
            "account_id": [shape.account_id[a] for a in shape.person_account],
            "role": [ROLES[r] for r in shape.role],
            "feeling_offset": np.round(sample.feeling.person, 6),
            "activity": np.round(shape.activity, 6),
        }
    )


def episodes(sample: Sample) -> pl.DataFrame:
    """One row per ticket: waits, escalation, complaint, whether a play was at work, feeling at its start."""
    plan, facts, shape = sample.tickets, sample.tickets.ticket, sample.shape
    assert facts is not None
    n = len(plan)
    felt = sample.feeling.of(plan.account, shape.role[plan.person], plan.day // 7)
    return pl.DataFrame(
        {
            "episode_id": [f"ticket:{ticket_id(t)}" for t in range(n)],
            "ticket_id": [ticket_id(t) for t in range(n)],
            "account_id": [shape.account_id[a] for a in plan.account],
            "person_id": [shape.person_id[p] for p in plan.person],
            "cause": [CAUSES[c] for c in plan.cause],
            "second_cause": [CAUSES[c] for c in plan.second_cause],
            "first_response_minutes": np.where(facts.first_reply >= 0, (facts.first_reply - plan.start) / 60, np.nan),
            "resolution_minutes": np.where(facts.resolved >= 0, (facts.resolved - plan.start) / 60, np.nan),
            "is_escalated": facts.is_escalated,
            "is_complaint": facts.is_complaint,
            "is_well_solved": facts.is_well_solved,
            "had_play": facts.had_play,
            "feeling": np.round(felt, 6),
        }
    ).with_columns(pl.col("first_response_minutes", "resolution_minutes").fill_nan(None))


def outcomes(sample: Sample) -> pl.DataFrame:
    """One row per contract: outcome, the feeling 30 days before, the probability of a loss."""
    world, shape = sample.world, sample.shape
    return pl.DataFrame(
        [
            {
                "contract": c.contract,
                "account_id": shape.account_id[c.account],
                "starts_on": world.day(c.start_day),
                "renews_on": world.day(c.renew_day),
                "arr_usd": c.arr_usd,
                "outcome": c.outcome,
                "outcome_on": world.day(c.outcome_day) if c.outcome_day is not None else None,
                "outcome_arr_usd": c.outcome_arr_usd,
                "feeling_30_days_before": c.feeling_before,
                "p_loss": c.p_loss,
                "had_play": c.had_play,
            }
            for c in sample.outcomes.contracts
        ],
        infer_schema_length=None,
    )


def stages(sample: Sample) -> pl.DataFrame:
    """account_id, stage, entered_on."""
    return pl.DataFrame(
        [
            {
                "account_id": sample.shape.account_id[s.account],
                "stage": s.stage,
                "entered_on": sample.world.day(s.day),
            }
            for s in sample.outcomes.stages
        ]
    )


def planted_events(sample: Sample) -> pl.DataFrame:
    """Every event that moved feeling: whom it reached, by how much, whether the calendar names it."""
    rows = []
    for e in sample.feeling.events:
        reached = e.touches(sample.shape).nonzero()[0].tolist()
        rows.append(
            {
                "event_id": e.event_id,
                "name": e.name,
                "kind": e.kind,
                "starts_on": sample.world.day(e.first_day),
                "ends_on": sample.world.day(e.first_day) + timedelta(days=e.n_days - 1),
                "size": e.size * sample.world.effects.events,
                "half_life_weeks": e.half_life_weeks,
                "buyer_factor": e.role_factor[0],
                "user_factor": e.role_factor[2],
                "is_in_calendar": e.is_in_calendar,
                "n_accounts": len(reached),
                "account_id": sample.shape.account_id[reached[0]] if e.accounts is not None else None,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def recovery_plays(sample: Sample) -> pl.DataFrame:
    """Every play: account, start, whether it was chosen for low feeling, and the effects that hold for all."""
    effects = sample.world.effects
    return pl.DataFrame(
        [
            {
                "action_id": p.action_id,
                "account_id": sample.shape.account_id[p.account],
                "started_on": sample.world.day(p.start_day),
                "n_days": p.n_days,
                "chosen_for_low_feeling": p.chosen_for_low_feeling,
                "effect_on_escalations": effects.play_escalations,
                "effect_on_time_to_value": effects.play_time_to_value,
                "effect_on_renewal_points": effects.play_renewal_points,
                "effect_on_feeling": effects.play_feeling,
            }
            for p in sample.feeling.plays
        ],
        schema={"action_id": pl.String, "account_id": pl.String, "started_on": pl.Date, "n_days": pl.Int64,
                "chosen_for_low_feeling": pl.Boolean, "effect_on_escalations": pl.Float64,
                "effect_on_time_to_value": pl.Float64, "effect_on_renewal_points": pl.Float64,
                "effect_on_feeling": pl.Float64},
    )  # fmt: skip


def time_to_value(sample: Sample) -> pl.DataFrame:
    """account_id, days from onboarding to adoption, whether a play began with the onboarding."""
    return pl.DataFrame(
        [
            {"account_id": sample.shape.account_id[a], "days": days, "had_play": play}
            for a, (days, play) in sample.outcomes.days_to_value.items()
        ],
        schema={"account_id": pl.String, "days": pl.Int64, "had_play": pl.Boolean},
    )


def survey_answers(sample: Sample) -> pl.DataFrame:
    """One row per answer: score, feeling behind it, whether it was gamed."""
    answers, shape = sample.answers, sample.shape
    felt = sample.feeling.of(answers.account, shape.role[answers.person], answers.answered // (7 * 86_400))
    return pl.DataFrame(
        {
            "response_id": [response_id(i) for i in range(len(answers.score))],
            "account_id": [shape.account_id[a] for a in answers.account],
            "person_id": [shape.person_id[p] for p in answers.person],
            "survey": answers.survey + 1,
            "score": answers.score,
            "feeling": np.round(felt + sample.feeling.person[answers.person], 6),
            "gaming": [g or None for g in answers.gaming],
        },
        schema_overrides={"gaming": pl.String},
    )


def merged_records(sample: Sample, merged: Duplicates, given: dict[int, str]) -> pl.DataFrame:
    """Duplicate ids and their survivors, and how many tickets carry the duplicate's id."""
    filed = list(given.values())
    rows = [
        {"object": "account", "id": loser, "survivor_id": sample.shape.account_id[s], "n_tickets": filed.count(loser)}
        for loser, s in merged.accounts.items()
    ]
    rows += [
        {"object": "person", "id": loser, "survivor_id": sample.shape.person_id[s], "n_tickets": 0}
        for loser, s in merged.contacts.items()
    ]
    return pl.DataFrame(rows)
