"""A helpdesk's API on a port of this machine: pages, a changed-since parameter, a token, and faults on demand.

Belongs here: a real HTTP server for the tests of pulls. Does not: tests.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-that-nobody-may-see"
PAGE = 10


class Helpdesk(ThreadingHTTPServer):
    """``tickets``: what the API holds. ``faults``: number of the request → what goes wrong with it.

    ``wants``: header → what it must hold; ``key``: the parameter of that name must hold the token instead.

    A fault is a status, ``cut`` (the line breaks in the middle of the answer), ``dead`` (from now on every request
    gets 503), ``elsewhere`` (the next page is on another host) or ``renamed`` (the records stand under another key).
    """

    daemon_threads = True

    def __init__(self, tickets: list[dict[str, Any]]) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.tickets = tickets
        self.faults: dict[int, Any] = {}
        self.asked: list[str] = []
        self.is_dead = False
        self.wants = {"Authorization": f"Bearer {TOKEN}"}
        self.key: str | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/"

    def calm(self) -> None:
        self.faults, self.is_dead, self.asked = {}, False, []


@contextmanager
def running(tickets: list[dict[str, Any]]) -> Iterator[Helpdesk]:
    server = Helpdesk(tickets)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Answers(BaseHTTPRequestHandler):
    server: Helpdesk

    def do_GET(self) -> None:
        desk = self.server
        desk.asked.append(self.path)
        fault = desk.faults.get(len(desk.asked))
        if fault == "dead":
            desk.is_dead = True
        if desk.is_dead:
            return self._answer(503, {"error": "Ann Example's ticket broke it"})
        if isinstance(fault, int):
            return self._answer(
                fault, {"error": "Ann Example's ticket broke it"}, {"Retry-After": "1"} if fault == 429 else None
            )
        url = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(url.query).items()}
        is_known = (
            query.get(desk.key) == TOKEN if desk.key else all(self.headers[h] == v for h, v in desk.wants.items())
        )
        if not is_known:
            return self._answer(401, {"error": "no"})
        if url.path.startswith("/api/tickets/") and url.path.endswith("/comments"):
            ticket = url.path.split("/")[3]
            said = [c for t in desk.tickets if t["id"] == int(ticket) for c in t.get("comments", [])]
            return self._answer(200, {"comments": said})
        if url.path != "/api/tickets":
            return self._answer(404, {"error": "no"})
        found = [t for t in desk.tickets if (t["updated_at"] or "") >= query.get("since", "")]
        page = int(query.get("page", 1 + int(query.get("offset", 0)) // PAGE))
        part = found[(page - 1) * PAGE : page * PAGE]
        more = len(found) > page * PAGE
        base = "http://localhost:1/api/" if fault == "elsewhere" else desk.url
        query["page"] = str(page + 1)
        link = f"{base}tickets?" + "&".join(f"{k}={v}" for k, v in query.items())
        key = "items" if fault == "renamed" else "tickets"
        body = {key: part, "next_page": link if more else None}
        if fault == "cut":
            return self._cut(body)
        return self._answer(200, body, {"Link": f'<{link}>; rel="next"'} if more else None)

    def do_POST(self) -> None:
        """The token for a client's id and secret."""
        said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        is_known = (said.get("client_id"), said.get("client_secret")) == (["our-client"], [TOKEN])
        self._answer(200 if is_known else 401, {"access_token": "of-the-day", "expires_in": 3600})

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        said = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(said)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def _cut(self, body: dict[str, Any]) -> None:
        said = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said[: len(said) // 2])
        self.wfile.flush()
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        """Nothing to the terminal."""
