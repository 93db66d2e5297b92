"""Processes that work beside this one, one for each further core, and end with it.

Belongs here: starting them, what they get ready, ending them. Does not: the work they share (the rooms' own functions).
"""

import multiprocessing
import os
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from models_nlp.scoring import Scorer


class Beside:
    """The processes beside this one, started when first needed; ``with`` ends them.

    ``n``: how many; default: the cores this process may use, less its own. With none, this process does everything.
    """

    def __init__(self, n: int | None = None) -> None:
        self._n = len(os.sched_getaffinity(0)) - 1 if n is None else n
        self._pool: ProcessPoolExecutor | None = None
        self._held: Connection | None = None
        self._loading: Future[Scorer] | None = None
        #: Where frames are judged; None in a process that does not know yet whether there is anything to judge.
        self.judge: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._held.close()  # they end now, also in the middle of an import
            self._pool.shutdown(cancel_futures=True)  # waits for what is shared with them to be given back
            self._pool = self._held = self.judge = None

    def get_ready(self) -> None:
        """Import Great Expectations and load the scorer there, while this process reads the extracts."""
        if self._n:
            self.judge = self._started()
            self.judge.submit(_import_great_expectations)
            self.judge.submit(_load_scorer)

    def load_meanwhile(self) -> None:
        """Load the scorer in this process too, in a thread, while it has only to wait for the judge."""
        if self.judge is not None:
            from models_nlp.shared_scoring import scorer_of_process

            thread = ThreadPoolExecutor(1)
            self._loading = thread.submit(scorer_of_process)
            thread.shutdown(wait=False)

    def scorer(self) -> "Scorer":
        """The scorer; it shares long lists of texts with the processes beside this one."""
        from models_nlp.scoring import load
        from models_nlp.shared_scoring import SharedScorer

        scorer = self._loading.result() if self._loading is not None else load()
        return SharedScorer(scorer, self._started, self._n) if self._n else scorer

    def _started(self) -> Executor:
        if self._pool is None:
            # Spawned, not forked: this process has threads (polars, DuckDB), whose locks a fork would copy as held.
            spawn = multiprocessing.get_context("spawn")
            watched, self._held = spawn.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(self._n, spawn, _end_with_parent, (watched,))
        return self._pool


def _end_with_parent(watched: "Connection") -> None:
    """End as soon as the process at the other end lets go, also by being killed: nobody would end this one then."""

    def wait() -> None:
        watched.poll(None)  # nothing is ever sent: it returns when the other end is closed
        os._exit(0)  # the queue would be waited on for ever; nothing here is open for writing

    threading.Thread(target=wait, daemon=True).start()


def _import_great_expectations() -> None:
    from tqdm import tqdm

    # Its progress bars would share a lock between processes, which this one, ending at once, never gives back.
    tqdm.set_lock(threading.RLock())
    from expectations.judge import great_expectations

    great_expectations()


def _load_scorer() -> None:
    from models_nlp.shared_scoring import scorer_of_process

    scorer_of_process()
