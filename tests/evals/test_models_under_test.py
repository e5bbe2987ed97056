"""Models behind an address under test, judges, and what both cost."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from evals.errors import SuiteInvalid
from tests.evals.suites import Workshop, reasons

USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 10,
    "total_tokens": 110,
    "prompt_tokens_details": {"cached_tokens": 40},
}


@pytest.fixture
def asked() -> list[dict[str, Any]]:
    """What the address was asked."""
    return []


@pytest.fixture
def address(asked: list[dict[str, Any]]) -> Iterator[str]:
    """An OpenAI-compatible address on loopback that says "Tofu it is."."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            asked.append(json.loads(self.rfile.read(size)))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for word in ("Tofu", " it", " is."):
                self._send(choices=[{"index": 0, "delta": {"content": word}}])
            self._send(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
            self._send(choices=[], usage=USAGE)
            self.wfile.write(b"data: [DONE]\n\n")

        def _send(self, **parts: Any) -> None:
            event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
            self.wfile.write(f"data: {json.dumps(event | parts)}\n\n".encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_an_address_is_asked_with_the_history_and_counted(
    tmp_path: Path, address: str, asked: list[dict[str, Any]]
) -> None:
    shop = Workshop(tmp_path)
    shop.write(
        f"name: a\nsubject: {{openai: '{address}', model: small}}\narms: [on, oracle]\n"
        "settings: {temperature: 0.5, reply_tokens: 9}\n"
        "prices: {prompt: 2, completion: 10, cached: 1}\n"
        "cases:\n  - id: x\n    said: [I am vegan., {role: assistant, text: Noted.}]\n    turns:\n"
        "      - {user: Dinner?, checks: [{contains: tofu}, {cached_share: 0.4}, {cost: 0.0003}]}\n"
    )
    with shop.runner() as runner:
        assert runner.hosts() == {}, "loopback is this machine"
        on, oracle = runner.results()
    assert (on.error, on.passed, oracle.passed) == (None, True, True)
    assert on.turns[0].usage.cost == pytest.approx((60 * 2 + 40 * 1 + 10 * 10) / 1e6)
    first, second = asked
    assert [message["role"] for message in first["messages"]] == ["user", "assistant", "user"]
    assert second["messages"][0]["content"] == "What is known about the user:\n- I am vegan."
    assert (first["model"], first["temperature"], first["max_completion_tokens"]) == (
        "small",
        0.5,
        9,
    )


JUDGE = """
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult

class Judge(BaseChatModel):
    '''Finds what is short better, and says so by the right letter.'''

    @property
    def _llm_type(self):
        return "judge"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        text = messages[-1].text
        wanted = ") Yes" if "> Hm." in text else ") No"
        letter = next(line[0] for line in text.splitlines() if line.endswith(wanted))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(letter))])
"""


def test_a_judge_of_any_model_scores_and_is_paid_once(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write(
        "name: a\nsubject: {function: 'bot.py:reply'}\narms: [on]\n"
        "judge: 'judge.py:Judge'\ncases:\n"
        "  - {id: x, turns: [{user: Hm., checks: [{judged: Is it short?}]}]}\n"
        "  - {id: y, turns: [{user: Hmmm., checks: [{judged: Is it short?}]}]}\n",
        bot="def reply(request):\n    return request.text\n",
        judge=JUDGE,
    )
    short, long = shop.run("first")
    assert (short.passed, long.passed) == (True, False)
    assert reasons(short) == ["the judge says yes, twice"]
    assert [result.is_cached for result in shop.run("second")] == [True, True]


def test_a_check_that_needs_a_judge_says_so_before_anything_runs(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write(
        "name: a\nsubject: {function: 'bot.py:reply'}\narms: [on]\ncases:\n"
        "  - {id: x, turns: [{user: Hm., checks: [{judged: Is it short?}]}]}\n"
    )
    with pytest.raises(SuiteInvalid, match=r"case 'x': the check 'judged' needs a judge"):
        shop.run()
