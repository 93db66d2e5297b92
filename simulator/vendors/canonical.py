"""The canonical folder: what has no vendor of its own arrives in the canonical shape already.

Belongs here: chats, e-mails, calls, social, community, reviews as messages; invitations, consents, service levels,
calendar, actions, hand labels, another provider's labels. Does not: what was said. Quirks planted: unmatched authors,
a broken time, an unknown author kind, an unknown consent state, a duplicated line, calls whose transcription guesses.
"""

from __future__ import annotations

import zlib
from typing import Any

from simulator import words
from simulator.conversations import TARGET_MINUTES
from simulator.deliveries import Extracts, csv_line, csv_row, json_line
from simulator.sample import CHANNELS, Sample
from simulator.scripts import Line, is_garbled
from simulator.surveys import SURVEYS
from simulator.vendors.qualtrics import invitation_id, response_id, ticket_id
from simulator.vendors.salesforce import Duplicates

_CALENDAR_KIND = ("launch", "policy_change", "incident", "holiday", "other")


def write(sample: Sample, extracts: Extracts, merged: Duplicates) -> None:
    """All canonical files."""
    _messages(sample, extracts, merged)
    _invitations(sample, extracts)
    _consents(sample, extracts)
    _service_levels(sample, extracts)
    _calendar(sample, extracts)
    _actions(sample, extracts)
    _labels(sample, extracts)
    _provider_labels(sample, extracts)


def _messages(sample: Sample, extracts: Extracts, merged: Duplicates) -> None:
    """One file a channel and half of the window; the second half begins three days early."""
    shape, half = sample.shape, (sample.world.n_weeks // 2) * 7 * 86_400
    other_person = {survivor: loser for loser, survivor in merged.contacts.items()}
    for channel in CHANNELS[1:]:
        lines = sorted(sample.scripts[channel].lines, key=lambda line: (line.at, line.message_id))
        for part, (begin, end) in enumerate(((0, half), (half - 259_200, 10**12))):
            file = extracts.file(f"canonical/messages/{channel}_{part + 1}.jsonl")
            for line in lines:
                if not begin <= line.at < end:
                    continue
                person = shape.person_id[line.person] if line.person >= 0 else None
                if line.person in other_person and line.at < half and line.conversation % 2:
                    person = other_person[line.person]
                record: dict[str, Any] = {
                    "message_id": line.message_id,
                    "channel": channel,
                    "author_kind": line.author_kind,
                    "body": line.body,
                    "sent_at": sample.world.stamp(line.at),
                    "account_id": shape.account_id[line.account] if line.account >= 0 else None,
                    "person_id": person,
                    "conversation_id": line.message_id.rsplit("-", 1)[0],
                }
                if channel == "call":
                    record |= {"start_s": line.start_s, "end_s": line.end_s}
                    record["transcript_confidence"] = _confidence(line)
                    record["ticket_id"] = ticket_id(line.ticket) if line.ticket >= 0 else None
                if channel == "review":
                    record |= {"rating": line.rating, "rating_min": 1 if line.rating else None}
                    record["rating_max"] = 5 if line.rating else None
                if channel in ("social", "community", "review"):
                    record["is_public"] = True
                file.lines.append(json_line(record))
                file.kept_or_superseded("messages", (line.message_id,), None)
            if channel == "chat" and part == 1:
                _broken_messages(sample, extracts, file)


def _confidence(line: Line) -> float:
    """How sure the transcription is of a turn."""
    surest = 0.45 if is_garbled(line.channel, line.conversation) else 0.97
    return round(surest - zlib.crc32(line.message_id.encode()) % 90 / 1000, 3)


def _broken_messages(sample: Sample, extracts: Extracts, file: Any) -> None:
    good = {
        "message_id": "CH-BAD-1",
        "channel": "chat",
        "author_kind": "customer",
        "body": "Where do I find the manual?",
        "sent_at": sample.world.stamp((sample.world.n_days - 3) * 86_400),
        "account_id": sample.shape.account_id[0],
    }
    for changes, kind, reason in (
        ({"sent_at": "yesterday at noon"}, "time that is no time", "wrong_type"),
        ({"message_id": "CH-BAD-2", "author_kind": "supervisor"}, "unknown author kind", "not_allowed"),
        ({"message_id": None}, "message without an id", "missing_value"),
    ):
        file.lines.append(json_line(good | changes))
        file.excluded(reason)
        extracts.plant(file, kind, "excluded", reason)
    for number, body in enumerate(("", "   ", "\u200b")):
        record = good | {"message_id": f"CH-EMPTY-{number + 1}", "body": body}
        file.lines.append(json_line(record))
        file.kept_or_superseded("messages", (record["message_id"],), None)
        extracts.plant(file, "message without words", "kept", "empty")
    for number, account in enumerate((None, "001UNKNOWNACCOUNT0")):
        record = good | {"message_id": f"CH-ORPHAN-{number + 1}", "account_id": account}
        file.lines.append(json_line(record))
        file.kept_or_superseded("messages", (record["message_id"],), None)
        reason = "unknown_account" if account else "no_account"
        extracts.plant(file, "message of an unknown account", "kept", reason)


def _invitations(sample: Sample, extracts: Extracts) -> None:
    file, asked, shape = extracts.file("canonical/invitations.csv"), sample.invitations, sample.shape
    file.lines.append(csv_line(("invitation_id", "survey_type", "account_id", "person_id", "invited_at", "channel")))
    for i in range(len(asked.at)):
        if asked.at[i] >= sample.world.n_days * 86_400:
            continue
        row = (
            invitation_id(i),
            SURVEYS[int(asked.survey[i])].survey_type,
            shape.account_id[int(asked.account[i])],
            shape.person_id[int(asked.person[i])],
            sample.world.stamp(int(asked.at[i])),
            "email",
        )
        file.lines.append(csv_line(row))
        file.kept_or_superseded("invitations", row[:1], None)


def _consents(sample: Sample, extracts: Extracts) -> None:
    file = extracts.file("canonical/consents.csv")
    file.lines.append(csv_line(("person_id", "purpose", "recorded_at", "state")))
    for person, purpose, second, state in sample.consents.records:
        row = (sample.shape.person_id[person], purpose, sample.world.stamp(second), state)
        file.lines.append(csv_line(row))
        file.kept_or_superseded("consents", row[:3], None)
    # What is no known word counts as a refusal: of somebody who refuses anyway, so that it changes no text's fate.
    for person in sorted(sample.consents.denied["feedback_analysis"])[:1]:
        unknown = (sample.shape.person_id[person], "feedback_analysis", sample.world.stamp(86_400), "perhaps")
        file.lines.append(csv_line(unknown))
        file.kept_or_superseded("consents", unknown[:3], None)
        extracts.plant(file, "unknown consent state", "kept", "unknown_state")


def _service_levels(sample: Sample, extracts: Extracts) -> None:
    file = extracts.file("canonical/service_levels.csv")
    file.lines.append(csv_line(("account_id", "metric", "target_minutes")))
    for metric, (general, enterprise) in TARGET_MINUTES.items():
        own = [a for a in range(sample.shape.n_accounts) if sample.shape.segment[a] == 0]
        for account, minutes in ((None, general), *((sample.shape.account_id[a], enterprise) for a in own)):
            file.lines.append(csv_line((account, metric, minutes)))
            file.kept_or_superseded("service_levels", (account, metric), None)


def _calendar(sample: Sample, extracts: Extracts) -> None:
    file = extracts.file("canonical/events_calendar.csv")
    columns = ("event_id", "name", "kind", "starts_on", "ends_on", "segment", "region", "product_line")
    file.lines.append(csv_line(columns))
    for event in sample.feeling.events:
        if not event.is_in_calendar:
            continue
        first = sample.world.day(event.first_day)
        row = {
            "event_id": event.event_id,
            "name": event.name,
            "kind": event.kind if event.kind in _CALENDAR_KIND else "other",
            "starts_on": f"{first:%Y-%m-%d}",
            "ends_on": f"{sample.world.day(event.first_day + event.n_days - 1):%Y-%m-%d}",
            "segment": words.SEGMENTS[event.segment] if event.segment is not None else None,
            "region": words.REGIONS[event.region] if event.region is not None else None,
            "product_line": words.PRODUCT_LINES[event.product_line].lower() if event.product_line is not None else None,
        }
        file.lines.append(csv_row(columns, row))
        file.kept_or_superseded("events_calendar", (event.event_id,), None)


def _actions(sample: Sample, extracts: Extracts) -> None:
    file = extracts.file("canonical/actions.csv")
    file.lines.append(csv_line(("action_id", "account_id", "play", "started_at", "ended_at", "owner")))
    for play in sample.feeling.plays:
        start = play.start_day * 86_400 + 32_400
        end = start + play.n_days * 86_400
        owner = words.ACCOUNT_OWNERS[int(sample.shape.owner[play.account])]
        row = (
            play.action_id,
            sample.shape.account_id[play.account],
            "recovery",
            sample.world.stamp(start),
            sample.world.stamp(end) if end < sample.world.n_days * 86_400 else None,
            owner,
        )
        file.lines.append(csv_line(row))
        file.kept_or_superseded("actions", row[:1], None)


def _labels(sample: Sample, extracts: Extracts) -> None:
    """A hand-labelled sample: two raters, a third of the texts seen by both, one label in twelve a neighbour's."""
    draw = sample.world.chance("hand labels")
    pool: list[tuple[str | None, str | None, int]] = [
        (line.message_id, None, line.text.label)
        for channel in CHANNELS[1:]
        for line in sample.scripts[channel].lines
        if line.text is not None and line.text.language == "en"
    ]
    pool += [(None, response_id(i), text.label) for i, text in sample.verbatims.items() if text.language == "en"]
    file = extracts.file("canonical/labels.csv")
    file.lines.append(csv_line(("message_id", "response_id", "label", "labelled_by", "labelled_at")))
    chosen = sorted(draw.permutation(len(pool))[:320].tolist())
    labelled_at = sample.world.stamp((sample.world.n_days - 5) * 86_400 + 50_000)
    for number, index in enumerate(chosen):
        message, response, label = pool[index]
        raters = ("rater_a", "rater_b") if number % 3 == 0 else (("rater_a", "rater_b")[number % 2],)
        for rater in raters:
            slip = draw.random()
            said = label if slip > 1 / 12 else (0 if label else (1 if slip > 1 / 24 else -1))
            file.lines.append(csv_line((message, response, said, rater, labelled_at)))
            file.kept_or_superseded("labels", (message, response, rater), None)


def _provider_labels(sample: Sample, extracts: Extracts) -> None:
    """Another provider's labels of chats, e-mails and community posts, of the last two thirds of the time.

    Planted: it labels four happy texts of five and three of five others, mistakes one text in eight, and finds three
    neutral texts of ten unhappy; in the last sixty days nine.
    """
    draw = sample.world.chance("provider labels")
    end = sample.world.n_days * 86_400
    file = extracts.file("canonical/labels/sentilab.csv")
    file.lines.append(csv_line(("message_id", "label", "labelled_by", "labelled_at", "labelled_kind")))
    for channel in ("chat", "email", "community"):
        for line in sample.scripts[channel].lines:
            if line.text is None or line.text.language != "en" or line.at < end // 3:
                continue
            is_taken, slip, doubt = draw.random(3)
            said = line.text.label
            if is_taken > (0.8 if said == 1 else 0.6):
                continue
            if slip < 1 / 8:
                said = int(draw.integers(-1, 2))
            elif said == 0 and doubt < (0.9 if line.at > end - 60 * 86_400 else 0.3):
                said = -1
            row = (line.message_id, said, "Sentilab", sample.world.stamp(min(line.at + 86_400, end - 1)), "provider")
            file.lines.append(csv_line(row))
            file.kept_or_superseded("labels", (line.message_id, None, "Sentilab"), None)
