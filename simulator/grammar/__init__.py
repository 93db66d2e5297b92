"""Grammar: how the people of the sample company talk; every sentence is composed here and labelled by rule.

Belongs here: templates, vocabularies, composing, typing errors, agents' and bots' turns, sentences in other languages.
Does not: deciding who feels what (``tone``, ``causes``) or writing files (``vendors``).
"""
