"""A real server and a real browser for the app: started on a free port, on a publication made for the test.

Belongs here: starting and ending both. Where no Chromium is installed the tests skip and say so
(Debian: apt-get install chromium).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# No service of the browser's own may go out, so that every foreign request is the page's.
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Where Chromium is installed on this machine."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium with a fresh profile."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory) -> Iterator[Callable[[Path], str]]:
    """Start the app on a data folder, give its address; every server is ended with the session."""
    servers: list[subprocess.Popen] = []
    log = tmp_path_factory.mktemp("servers") / "log.txt"

    def start(data_dir: Path) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "streamlit", "run", "dashboards/app.py", f"--server.port={port}"]
        environment = {**os.environ, "JSI_DATA_DIR": str(data_dir)}
        with log.open("ab") as out:
            servers.append(subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=out, stderr=out))
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(address, servers[-1], log)
        return address

    yield start
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait(timeout=30)


def _wait_until_healthy(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The app did not start within {START_SECONDS} s:\n{log.read_text(encoding='utf-8')[-3000:]}")


class Visit:
    """One page in a fresh browser profile, which remembers what it asked for and what went wrong."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("request", self._remember)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", self._refuse)

    def open(self, path: str = "/") -> Page:
        """Go to a path and wait until the page has drawn all of itself."""
        self.page.goto(self.address + path)
        return self.settled()

    def settled(self) -> Page:
        """Wait until nothing is running and nothing is a placeholder any more."""
        self.page.locator("h1").first.wait_for(timeout=60_000)
        self.page.wait_for_function(
            "() => !document.querySelector('[data-testid=stSkeleton], [data-testid=stStatusWidget]')", timeout=60_000
        )
        self.page.wait_for_timeout(400)
        return self.page

    def _remember(self, request) -> None:
        if request.url.split(":")[0] not in ("data", "blob") and not request.url.startswith(self.address):
            self.foreign.append(request.url)

    def _refuse(self, dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., Visit]]:
    """Visit an address in a fresh profile: ``visit(address, theme="dark", width=390, height=844)``."""
    contexts: list[BrowserContext] = []

    def start(address: str, theme: str = "light", width: int = 1366, height: int = 860) -> Visit:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme))
        return Visit(contexts[-1], address)

    yield start
    for context in contexts:
        context.close()
