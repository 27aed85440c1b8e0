"""An HTTP receiver that writes down whatever it is sent, and answers as the path of the URL says.

    http://127.0.0.1:PORT/do/500,reset,ok/hook      first 500, then a reset connection, from the third on 200

The list is gone through once per `Idempotency-Key`, its last word over and over. The words:

    ok         200, as Telegram says it                    drip      an answer a byte at a time, and no end to it
    <status>   that status                                 hang      no answer at all
    <status>:S that status, to be asked again in S         reset     the connection is reset
    date:S     503, to be asked again at a date            endless   200 and a body without end
    moved:N    400 of a group that has become number N     garbage   something that is no HTTP
    redirect   302 to /do/ok/elsewhere

As a process: python -m monitoring.tests.receivers.http_receiver RECORDS [--port PORT]. It says its URL in one line and
runs until it is killed. RECORDS gets a line of JSON per request, before the answer: key, path, headers, body, word.
"""

import argparse
import json
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

HANG_SECONDS = 30.0
DRIP_SECONDS = 0.05
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST


class HttpReceiver:
    """The server, and what it was sent.

    Args:
        records: The file that requests are written to.
        port: Where to listen; 0 chooses.
    """

    def __init__(self, records: Path, port: int = 0) -> None:
        self.records = records
        self.closing = Event()
        self._lock = Lock()
        self._asked: Counter[str] = Counter()
        self.server = Server(port, self)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def do(self, *words: str) -> str:
        """Return the URL that is answered so, one word per attempt."""
        return f"{self.url}/do/{','.join(words)}/hook"

    def list_requests(self) -> list[dict[str, Any]]:
        """Return what came, in its order."""
        return [json.loads(line) for line in self.records.read_text().splitlines()] if self.records.exists() else []

    def note(self, path: str, headers: dict[str, str], body: str) -> str:
        """Write a request down and return the word that says how to answer."""
        key = headers.get("idempotency-key", "")
        words = path.split("/")[2].split(",") if path.startswith("/do/") else ["ok"]
        with self._lock:
            word = words[min(self._asked[key], len(words) - 1)]
            self._asked[key] += 1
            with self.records.open("a") as file:
                line = {"key": key, "path": path, "word": word, "headers": headers, "body": body}
                file.write(json.dumps(line) + "\n")
        return word


class Server(ThreadingHTTPServer):
    """A thread per request; none of them outlives the process."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, receiver: HttpReceiver) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    """Notes a request and answers it as its path says."""

    server: "Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        word, _, argument = self.server.receiver.note(self.path, headers, body).partition(":")
        self.close_connection = True
        with suppress(OSError):  # who asked has gone
            self._behave(word, argument)

    def _behave(self, word: str, argument: str) -> None:
        match word:
            case "hang":
                self.server.receiver.closing.wait(HANG_SECONDS)
            case "drip":
                self._drip()
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                self.connection.close()
            case "endless":
                self._answer_without_end()
            case "garbage":
                self.wfile.write(b"\x00\x01 what do you want?\r\n\r\n")
            case _:
                self._answer(word, argument)

    def _answer(self, word: str, argument: str) -> None:
        status = 200
        headers: dict[str, str] = {}
        parameters: dict[str, int] = {}
        if word == "redirect":
            status, headers = 302, {"Location": f"{self.server.receiver.url}/do/ok/elsewhere"}
        elif word == "moved":
            status, parameters = 400, {"migrate_to_chat_id": int(argument)}
        elif word == "date":
            moment = datetime.now(UTC) + timedelta(seconds=int(argument))
            status, headers = 503, {"Retry-After": format_datetime(moment, usegmt=True)}
        elif word != "ok":
            status = int(word)
            if argument:
                headers, parameters = {"Retry-After": argument}, {"retry_after": int(argument)}
        answer = {"ok": word == "ok", "description": word, "parameters": parameters}
        self._write(status, headers, json.dumps(answer).encode())

    def _write(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        ends_at = time.monotonic() + HANG_SECONDS
        while time.monotonic() < ends_at and not self.server.receiver.closing.wait(DRIP_SECONDS):
            self.wfile.write(b"z")

    def _answer_without_end(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.receiver.closing.is_set():
            self.wfile.write(b"z" * 65_536)

    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def running_http_receiver(records: Path) -> Iterator[HttpReceiver]:
    """Run a receiver in a thread.

    Args:
        records: The file that requests are written to.
    """
    receiver = HttpReceiver(records)
    thread = Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()


def main() -> None:
    """Run as a process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=Path)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    receiver = HttpReceiver(arguments.records, arguments.port)
    sys.stdout.write(f"{receiver.url}\n")
    sys.stdout.flush()
    receiver.server.serve_forever()


if __name__ == "__main__":
    main()
