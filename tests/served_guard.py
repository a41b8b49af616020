"""A real HTTP server, for tests: it answers with scores, or misbehaves as it is asked to."""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BAD = ("knife", "poison", "gun")


def words_score(text):
    """The share of bad words: what a guard might say, without a model."""
    words = text.replace(".", " ").split()
    return min(0.98, 0.02 + 2.0 * sum(word in BAD for word in words) / max(len(words), 1))


class Served:
    """What is answered, and what was asked.

    `answer` makes the JSON from (path, body); `trouble` may answer first: called with (body, times that this
    body was asked), it returns None, or (status, headers, bytes), or bytes alone, or seconds to wait.
    """

    def __init__(self, answer):
        self.answer = answer
        self.trouble = lambda body, times: None
        self.times = Counter()
        self.answered = Counter()
        self.headers = []
        self.url = ""
        self.lock = threading.Lock()
        self.under_way = self.most_under_way = 0

    @property
    def asked(self):
        return self.times.total()

    def reply(self, path, headers, raw):
        with self.lock:
            self.times[raw] += 1
            times = self.times[raw]
            self.headers.append({name.lower(): value for name, value in headers.items()})
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            body = json.loads(raw) if raw else None
            found = self.trouble(body, times)
            if isinstance(found, float):
                time.sleep(found)
                found = None
            if isinstance(found, bytes):
                found = (200, {}, found)
            if found is not None:
                return found
            with self.lock:
                self.answered[raw] += 1
            return 200, {}, json.dumps(self.answer(path, body)).encode()
        finally:
            with self.lock:
                self.under_way -= 1


@contextmanager
def serving(answer):
    """A server on a free port of this machine, until the end of the block."""
    served = Served(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, headers, text = served.reply(self.path, self.headers, raw)
            try:
                self.send_response(status)
                length = headers.get("content-length", str(len(text)))
                for name, value in {**headers, "content-length": length}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)
                if length != str(len(text)):
                    self.close_connection = True
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # whoever asked waits no longer

        def do_GET(self):
            self.do_POST()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
