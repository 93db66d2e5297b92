"""A real PostgreSQL of the tests' own: a cluster in a temporary folder, on a free port of this machine.

Belongs here: making, starting and stopping it. Does not: tests.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL. ``url``: of a user who may do everything."""

    programs: Path
    data: Path
    port: int
    user: str | None

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def control(self, *words: str) -> None:
        """``pg_ctl``, as a user that PostgreSQL runs as (root it refuses)."""
        command = [self.programs / "pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", *words]
        subprocess.run(command, check=True, capture_output=True, user=self.user, group=self.user, cwd=self.data)

    def start(self) -> None:
        about = f"-p {self.port} -k {self.data} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB"
        self.control("-o", about, "start")


def programs() -> Path | None:
    on_path = shutil.which("postgres")
    found = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((p for p in found if (p / "initdb").exists() and (p / "postgres").exists()), None)


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A new cluster, gone afterwards."""
    user = "postgres" if os.geteuid() == 0 else None
    data = Path(tempfile.mkdtemp(prefix="jsi-postgres-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (data / "password").write_text(PASSWORD)
    if user:
        for path in (data, data / "password"):
            shutil.chown(path, user, user)
    server = Server(programs, data / "cluster", port, user)
    made = [programs / "initdb", "-D", server.data, "-U", "postgres", "-A", "scram-sha-256", "--no-sync", "-E", "UTF8"]
    made += ["--locale=C.UTF-8", f"--pwfile={data / 'password'}"]
    subprocess.run(made, check=True, capture_output=True, user=user, group=user, cwd=data)
    try:
        server.start()
        yield server
    finally:
        server.control("-m", "immediate", "stop")
        shutil.rmtree(data)
