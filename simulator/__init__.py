"""Simulator: the sample company with a planted truth, written in the vendors' own shapes.

Belongs here: latent feeling, outcomes, texts by grammar, vendor files and their quirks, the truth beside them.
Does not: anything the product imports; only tests and the command line may.

``simulator.company.write(out, seed=7, …)`` writes ``out/`` (what vendors would deliver) and ``out_truth/`` (what only
the simulator can know). One ``World`` gives the same bytes every time; every subject has its own stream of chance, so
that adding one leaves the others as they are. The window ends on Sunday 2026-09-27.

What is planted, and the table of the truth that holds it
- Feeling of each account's buyers, executives and users in each week: level, weekly AR(1), season (peak in July, trough
  in January), events that fade, recovery plays that lift, hidden risks (happy users, unhappy buyer): latent_feeling,
  account_effects, people.
- Events: outages, a price change, releases, a cut of support hours (all in the calendar), a dip of one segment that no
  calendar names, single accounts that fall or rise: planted_events.
- Renewals decided by feeling 30 days before (½ buyer, ¼ executive, ¼ user), AUC about 0.8: outcomes.
- Recovery plays, mostly for accounts chosen for low feeling (so that they rise by themselves, too): escalations −21 %,
  time to first value −18 %, gross renewal +4.9 points, feeling +0.3: recovery_plays, episodes, time_to_value.
- Texts whose label follows from their clauses by rule, with causes, emotion, intents, effort, resolution, typing slips,
  negation, mixed feelings, other languages, redaction canaries (names, addresses, numbers reserved for fiction):
  text_labels (``expected_null_reason``: no_consent, language, quality).
- Survey answers from feeling, response rates of 20–40 %, bursts of top scores at the quarter's end: survey_answers,
  gamed_rows.
- Waits, escalations, complaints and usage that move with feeling: episodes (usage itself is in the extracts).
- Quirks of delivery: duplicates, newer versions, overlaps, deleted and merged records, orphans, rows that must be set
  aside: planted_rows, merged_records, expected_accounting (read, kept, excluded, superseded per file, for one ingest).

In a null world (``null_world=True``) feeling, events and plays are still drawn and written to the truth, but nothing
that can be seen depends on them; only turns of one conversation still share a mood.
"""
