"""Connections: what a company's database or API holds, fetched into the landing folder as ordinary files.

Belongs here: ``connections.yml``, reading a database or an API up to a cursor, writing what came as files, and
remembering how far each was read. Does not: what a row means (``sources`` reads the files as it reads any other),
counting rows (``storage``), when a pull runs (``orchestration``).
"""
