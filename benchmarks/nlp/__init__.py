"""The reader of feeling beside its peers, one command: ``python -m benchmarks.nlp --datasets DIR``.

Belongs here: what is measured and on which texts, the peers, the table. Does not: the product (``models_nlp``).
Peers and ours learn from the same texts and answer the same ones; test splits are read, never chosen on.
"""
