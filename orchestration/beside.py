"""Processes that work beside this one, one for each further core, and end with it.

Belongs here: starting them, what they get ready, hearing what they tell, ending them. Does not: the work they share
(the rooms' own functions), which errors tell their message (``told``).
"""

import contextlib
import gc
import multiprocessing
import multiprocessing.util
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Self

from models_nlp.release import PACKAGED, Release
from storage.layout import DataDir

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from models_nlp.scoring import Scorer

# Spawned, not forked: this process has threads (polars, DuckDB), whose locks a fork would copy as held.
_SPAWN = multiprocessing.get_context("spawn")


class FailedBeside(RuntimeError):
    """What was given to a process beside this one failed there; the message says where."""


class Beside:
    """The processes beside this one, started when first needed; ``with`` ends them.

    The first one judges frames and builds the marts; long lists of texts are shared with the others, or with it where
    it is the only one. ``n``: how many; default: the cores this process may use, less its own. With none, this process
    does everything. ``release``: the model that scores; default: the packaged one.
    """

    def __init__(self, n: int | None = None, release: Release = PACKAGED) -> None:
        self.release = release
        self._n = len(os.sched_getaffinity(0)) - 1 if n is None else n
        self._pools: dict[str, ProcessPoolExecutor] = {}
        self._held: list[Connection] = []
        self._heard: Connection | None = None
        self._loading: Future[Scorer] | None = None
        #: Where frames are judged; None in a process that does not know yet whether there is anything to judge.
        self.judge: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for held in self._held:
            held.close()  # they end now, also in the middle of an import
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)  # waits for what is shared with them to be given back
        if self._heard is not None:
            self._heard.close()
        self._pools, self._held, self._heard, self.judge = {}, [], None, None

    def get_ready(self) -> None:
        """Import Great Expectations and load the scorer there, while this process reads the extracts."""
        if self._n:
            self.judge = self._first()
            self.judge.submit(_import_great_expectations)
            self.judge.submit(_load_scorer, self.release)
            if self._n > 1:
                self._others().submit(_load_scorer, self.release)

    def get_dbt_ready(self, paths: DataDir) -> None:
        """Import dbt there and read its project, whose manifest of ``paths`` is made; nothing if none works yet."""
        if self.judge is not None:
            from orchestration import dbt_run

            with contextlib.suppress(BrokenProcessPool):  # it has died: it is done without
                self.judge.submit(dbt_run.get_ready, paths)

    def load_meanwhile(self) -> None:
        """Load the scorer in this process too, in a thread, while it has only to wait for the judge."""
        if self.judge is not None:
            from models_nlp.shared_scoring import scorer_of_process

            thread = ThreadPoolExecutor(1)
            self._loading = thread.submit(scorer_of_process, self.release)
            thread.shutdown(wait=False)

    @property
    def reader(self) -> Callable[[], Executor] | None:
        """Gives a process that reads extracts, started when first asked for; None where there is no further core.

        It is none of the others, which import for seconds while this process reads.
        """
        return self._reader if self._n else None

    def _reader(self) -> Executor:
        if "reader" not in self._pools:
            self._pools["reader"] = self._started(1, None)
        return self._pools["reader"]

    def scorer(self) -> "Scorer":
        """The scorer; it shares long lists of texts with the processes beside this one."""
        from models_nlp.scoring import load
        from models_nlp.shared_scoring import SharedScorer

        scorer = self._loading.result() if self._loading is not None else load(self.release)
        if not self._n:
            return scorer
        return SharedScorer(scorer, self._others if self._n > 1 else self._first, max(1, self._n - 1), self.release)

    def told_by(self, work: Callable[..., None], *arguments: Any) -> Generator[Any, None, None]:
        """What ``work(*arguments, tell)`` tells while it runs in the first process; its error is raised here.

        Who stops listening ends the processes: nothing goes on writing behind their back. With none, or if the first
        has died, ``work`` runs in a thread. Raises ``FailedBeside`` for a library's error, and when the process dies.
        """
        running = None
        if self._n:
            with contextlib.suppress(BrokenProcessPool):
                running = self._first().submit(_tell_of, work, arguments)
        if running is None:
            yield from _told_by_thread(work, arguments)
            return
        try:
            yield from _until_over(self._heard, running)
        finally:
            if not running.done():
                self.__exit__()
        _raise_error_of(running)
        with contextlib.suppress(BrokenProcessPool):
            # While this process goes on; what is gone cannot be left behind by a process that ends at once: locks.
            self._first().submit(gc.collect)

    def _first(self) -> Executor:
        if "first" not in self._pools:
            self._heard, tells = _SPAWN.Pipe(duplex=False)
            pool = self._pools["first"] = self._started(1, tells)
            pool.submit(os.getpid)  # starts it
            tells.close()  # only it holds the other end now: if it dies in the middle of a message, that is the end
        return self._pools["first"]

    def _others(self) -> Executor:
        if "others" not in self._pools:
            self._pools["others"] = self._started(self._n - 1, None)
        return self._pools["others"]

    def _started(self, n: int, tells: "Connection | None") -> ProcessPoolExecutor:
        watched, held = _SPAWN.Pipe(duplex=False)
        self._held.append(held)
        return ProcessPoolExecutor(n, _SPAWN, _begin, (watched, tells))


def _until_over(heard: "Connection", running: "Future[None]") -> Iterator[Any]:
    is_over = False
    while not is_over:
        is_over = running.done()  # before the last look: what is told comes before the end
        try:
            while heard.poll(0 if is_over else 0.1):
                yield heard.recv()
        except (EOFError, OSError):  # it has died, between two messages or in the middle of one
            running.exception()
            return


def _raise_error_of(running: "Future[None]") -> None:
    try:
        running.result()
    except BrokenProcessPool:
        raise FailedBeside(
            "the process that worked beside this one was ended from outside, for want of memory perhaps; start again "
            "with more of it free"
        ) from None
    except FailedBeside as error:
        raise FailedBeside(str(error)) from None
    except Exception as error:
        error.__cause__ = None  # the other process's stack as text, which quotes what it likes
        raise


def _told_by_thread(work: Callable[..., None], arguments: tuple[Any, ...]) -> Iterator[Any]:
    told: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def run() -> None:
        try:
            work(*arguments, lambda message: told.put((False, message)))
            told.put((True, None))
        except BaseException as error:  # handed over to the thread that listens, which raises it
            told.put((True, error))

    threading.Thread(target=run, name=work.__module__, daemon=True).start()
    while not (heard := told.get())[0]:
        yield heard[1]
    if heard[1] is not None:
        raise heard[1]


class _Telling:
    """Of a process beside another: its way to be heard, taken by one thread at a time."""

    way: "Connection | None" = None
    taken = threading.Lock()


def _tell_of(work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    from orchestration.told import hidden, is_ours
    from storage.full_disk import disk_error

    def tell(told: Any) -> None:
        with _Telling.taken:
            _Telling.way.send(told)

    try:
        work(*arguments, tell)
    except Exception as error:
        if (full := disk_error(error)) is not None:
            raise full from None
        if is_ours(error) or (isinstance(error, OSError) and error.errno is not None):
            raise
        raise FailedBeside(hidden(error)) from None  # its place is known only here, and it may not travel


def spare_garbage_collector() -> None:
    """Look through memory less often: what is imported, ten thousand objects, stays anyway.

    For a process that ends with its work; saves a twentieth of its time.
    """
    gc.set_threshold(100_000, 20, 100)


def _begin(watched: "Connection", tells: "Connection | None") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all: who started this one decides
    spare_garbage_collector()
    _Telling.way = tells
    _end_with_parent(watched)


def _end_with_parent(watched: "Connection") -> None:
    """End as soon as the process at the other end lets go, also by being killed: nobody would end this one then."""

    def wait() -> None:
        watched.poll(None)  # nothing is ever sent: it returns when the other end is closed
        if (dbt_run := sys.modules.get("orchestration.dbt_run")) is not None:
            dbt_run.forget()
        # Semaphores of libraries at work, such as dbt's: what ends at once gives none back, and Python tells of each.
        multiprocessing.util._run_finalizers(0)
        os._exit(0)  # the queue would be waited on for ever; what is half-written is what a killed run leaves, too

    threading.Thread(target=wait, daemon=True).start()


def _import_great_expectations() -> None:
    from tqdm import tqdm

    # Its progress bars would share a lock between processes, which this one, ending at once, never gives back.
    tqdm.set_lock(threading.RLock())
    from expectations.judge import great_expectations

    great_expectations()


def _load_scorer(release: Release) -> None:
    from models_nlp.shared_scoring import scorer_of_process

    scorer_of_process(release)
