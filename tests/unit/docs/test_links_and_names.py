"""What the pages point to is there: links, files, make targets, commands and their options."""

from __future__ import annotations

import re
import shlex

import pytest
from markdown_pages import CHECKOUT, code_lines, name, pages, spans

PAGES = pages()
ROOT_FOLDERS = {p.name for p in CHECKOUT.iterdir() if p.is_dir()}
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
# A code span is a path of ours if it starts in a folder of the checkout and ends as a file or a folder does.
PATH = re.compile(r"([\w.-]+)/[\w./-]*(?:/|\.(?:py|md|yml|sql|csv|tsv|json|jsonl|toml|yaml|txt))|[\w.-]+\.(?:md|toml)")


def anchors(text: str) -> set[str]:
    """The anchors that a page's headings make, as GitHub and MkDocs write them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere(page):
    dead = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            dead.append(target)
    assert not dead, f"{name(page)}: {dead}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_a_page_names_is_there(page):
    missing = []
    for span in spans(page.read_text(encoding="utf-8")):
        span = span.split("::")[0]
        found = PATH.fullmatch(span)
        if not found or (found[1] and found[1] not in ROOT_FOLDERS):
            continue
        if not ((CHECKOUT / span).exists() or (page.parent / span).exists()):
            missing.append(span)
    assert not missing, f"{name(page)} names {missing}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_that_a_page_names_is_in_the_makefile(page):
    targets = set(re.findall(r"^([a-z][a-z-]*):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {t for line in code_lines(page) for t in re.findall(r"(?:^|[\s;&])make ([a-z][a-z-]*)", line)}
    assert named <= targets, f"{name(page)} names {sorted(named - targets)}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_jsi_command_and_option_that_a_page_names_exists(page):
    from typer.main import get_command

    from orchestration.cli import app

    commands = get_command(app).commands
    for line in code_lines(page):
        for call in re.findall(r"(?:^|[\s/])jsi ([a-z][a-z-]*[^|;&]*)", line):
            words = shlex.split(call.replace("[", " ").replace("]", " "))
            assert words[0] in commands, f"{name(page)}: there is no command jsi {words[0]}"
            command = commands[words[0]]
            if within := getattr(command, "commands", {}):
                assert words[1] in within, f"{name(page)}: there is no command jsi {words[0]} {words[1]}"
                command = within[words[1]]
            known = {o for parameter in command.params for o in parameter.opts} | {"--help"}
            named = {w.split("=")[0] for w in words if w.startswith("--")}
            assert named <= known, f"{name(page)}: jsi {words[0]} has no {sorted(named - known)}"


def test_no_page_names_a_path_of_one_machine():
    machine = re.compile(r"(?<![\w.])/(?:home|root|work|Users|tmp)/")
    assert not [name(p) for p in PAGES if machine.search(p.read_text(encoding="utf-8"))]
