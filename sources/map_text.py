"""The text of the company map: YAML → plain values, each with the line it stands on.

Belongs here: what YAML lets through that a map must not hold (a key twice, an alias, a tag). Does not: what a key means
(``company_map``).

Keys are taken as they are written, so a stage called ``No`` or ``2`` is a word and never a truth value or number.
"""

from __future__ import annotations

from typing import Any

import yaml

Path = tuple[str | int, ...]


class MapError(ValueError):
    """The map cannot be used; the message names the file, every fault with its line, and what to do."""


class _Loader(yaml.SafeLoader):
    """``construct_object`` of single scalars is all that is used of it."""


def read_yaml(text: str, where: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """The values and the line of each path. Raises ``MapError`` for what is no YAML, or a key that stands twice."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        lines: dict[Path, int] = {}
        if root is None:
            return {}, lines
        if not isinstance(root, yaml.MappingNode):
            raise MapError(f"{where} line 1: it is no list of sections: begin with sources: or own_tables:")
        return _plain(loader, root, (), lines, where, set()), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        what = getattr(error, "problem", None) or "it cannot be read"
        raise MapError(f"{where} line {line}: this is no YAML ({what}): mend the line") from None
    finally:
        loader.dispose()


def _plain(loader: _Loader, node: yaml.Node, path: Path, lines: dict[Path, int], where: str, seen: set[int]) -> Any:
    if id(node) in seen:
        raise MapError(f"{where} line {node.start_mark.line + 1}: named once and meant twice (&, *): write it out")
    seen.add(id(node))
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise MapError(f"{where} line {line}: a key must be a word: write it in quotes")
            if key.value in found:
                before = lines[(*path, key.value)]
                raise MapError(f"{where} line {line}: {key.value} stands twice (line {before} too): keep one of them")
            lines[(*path, key.value)] = line
            found[key.value] = _plain(loader, value, (*path, key.value), lines, where, seen)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, value, (*path, at), lines, where, seen) for at, value in enumerate(node.value)]
    if node.tag.endswith(":timestamp"):
        return node.value  # a date in a map is the text of a cell
    return loader.construct_object(node)
