from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith.utils import get_env_var

from assistant.chat_models.untraced import stream_untraced, untraced


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a tracing service on loopback was sent, with tracing switched on by the environment."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(202)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_PATCH = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for prefix in ("LANGSMITH", "LANGCHAIN"):
            monkeypatch.setenv(f"{prefix}_TRACING", "true")
            monkeypatch.setenv(f"{prefix}_TRACING_V2", "true")
            monkeypatch.setenv(f"{prefix}_API_KEY", "k")
            monkeypatch.setenv(f"{prefix}_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        get_env_var.cache_clear()  # type: ignore[attr-defined]
        yield asked
        get_env_var.cache_clear()  # type: ignore[attr-defined]
        server.shutdown()


def chat() -> FakeListChatModel:
    return FakeListChatModel(responses=["Hello"])


def test_without_the_switch_the_service_is_told(traced: list[str]) -> None:
    chat().invoke("secret")
    wait_for_all_tracers()
    assert traced != []


def test_nothing_is_sent_within_the_switch(traced: list[str]) -> None:
    with untraced():
        chat().invoke("secret")
    wait_for_all_tracers()
    assert traced == []


def test_a_stream_is_not_traced_even_if_each_step_runs_in_another_thread(
    traced: list[str],
) -> None:
    pieces = stream_untraced(chat(), [])
    said = []
    for _ in range(5):
        with ThreadPoolExecutor(1) as thread:
            said.append(thread.submit(next, pieces).result().text)
    pieces.close()
    wait_for_all_tracers()
    assert (said, traced) == (list("Hello"), [])
