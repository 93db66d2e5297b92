"""The sample company: ``write`` makes a folder of extracts and, beside it, the truth behind them.

Belongs here: the one function that others call. Does not: anything it is made of.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from simulator import truth
from simulator.deliveries import Extracts
from simulator.sample import N_STEPS, Sample, simulate
from simulator.vendors import canonical, product_usage, qualtrics, salesforce, zendesk, zendesk_directory
from simulator.world import World

Progress = Callable[[int, int], None]


def write(
    out: Path,
    seed: int = 7,
    accounts: int = 120,
    people: int = 900,
    months: int = 18,
    touches: int = 25_000,
    progress: Progress | None = None,
    null_world: bool = False,
) -> None:
    """Write the extracts of a sample company to ``out`` and its truth to ``<out>_truth``.

    ``touches``: how many texts and ratings customers leave, nearly. ``null_world``: nothing is linked to anything.
    ``progress(done, total)`` is called after each part. The same arguments write the same bytes. Both folders are
    replaced if an earlier call wrote them. Raises ValueError for a size too small to make a company, FileExistsError
    if ``out`` holds something else.
    """
    world = World(seed, accounts, people, months, touches, null_world)
    write_world(world, out, progress)


def write_world(world: World, out: Path, progress: Progress | None = None) -> None:
    """``write`` for a World of one's own, e.g. with other effects."""
    done, total = 0, N_STEPS + N_WRITING_STEPS

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    _check_room(Path(out))
    write_sample(simulate(world, step), Path(out), step)


def write_sample(sample: Sample, out: Path, step: Callable[[], None] = lambda: None) -> None:
    """Write a company that is already drawn. ``step`` is called ``N_WRITING_STEPS`` times."""
    _check_room(out)
    extracts = Extracts(out)
    merged = salesforce.duplicates(sample)
    salesforce.write(sample, extracts, merged)
    qualtrics.write(sample, extracts)
    given = zendesk.write(sample, extracts, merged)
    zendesk_directory.write(sample, extracts)
    product_usage.write(sample, extracts)
    canonical.write(sample, extracts, merged)
    step()
    _make_room(out, truth_of(out))
    extracts.write()
    step()
    truth.write(sample, extracts, merged, given, truth_of(out))
    step()


N_WRITING_STEPS = 3


def truth_of(out: Path) -> Path:
    """The folder that holds the truth of the extracts in ``out``."""
    return out.with_name(out.name + "_truth")


def _check_room(out: Path) -> None:
    """Refuse to replace a folder that no earlier call wrote."""
    if out.exists() and any(out.iterdir()) and not (truth_of(out) / "world.json").is_file():
        raise FileExistsError(f"{out} holds files that are no sample company's: name an empty folder, or remove them")


def _make_room(*folders: Path) -> None:
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)
