"""Text to feeling: redacted text, sentiment, emotion, intent, effort, resolution, calibrated confidence.

Belongs here: cleaning, redaction, the lexicon, the spaCy pipeline, training, evaluation, the model card.
Does not: paths of its own, Dagster, anything that knows about weeks or accounts.
"""
