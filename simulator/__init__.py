"""Simulator: the sample company with a planted truth, written in the vendors' own shapes.

Belongs here: latent feeling, outcomes, texts by grammar, vendor files and their quirks, the truth beside them.
Does not: anything the product imports; only tests and the command line may.
"""
