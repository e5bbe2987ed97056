"""How probable a llama.cpp model finds a reply that is already written.

The server tells no probabilities of a prompt, but it tells those of each token that it writes. So
it is made to write the reply once more, by a grammar that allows exactly its tokens; the
probabilities that it tells are those from before the grammar has its say.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, NamedTuple, Protocol

import httpx
from langchain_core.messages import BaseMessage, convert_to_openai_messages

from memory.types import Record


class Scored(Record):
    """The log-probabilities of the tokens of `text`, under a prompt of `prompt_tokens` tokens."""

    prompt_tokens: int
    text: str
    log_probabilities: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean log-probability of a token: 0 is certain, lower is less probable."""
        return sum(self.log_probabilities) / len(self.log_probabilities)


class Score(Protocol):
    """Finds out how probable a model finds a reply."""

    def __call__(
        self,
        prompt: Sequence[BaseMessage],
        reply: str,
        *,
        most_tokens: int,
        is_wanted: Callable[[], bool],
    ) -> Scored | None:
        """Score the first tokens of a reply; None where it was given up or there is no reply."""


class _Token(NamedTuple):
    """A token and its bytes, which are a part of a character where `is_whole` is false."""

    id: int
    piece: bytes
    is_whole: bool


def score(
    client: httpx.Client,
    prompt: Sequence[BaseMessage],
    reply: str,
    *,
    most_tokens: int,
    is_wanted: Callable[[], bool],
) -> Scored | None:
    """Have the server behind `client` write the first tokens of `reply`, and note how probable.

    Between tokens, and every few seconds while the prompt is being read, `is_wanted` is asked
    whether to go on.

    Returns:
        The scores, or None: it was given up, or the reply is empty.

    Raises:
        httpx.HTTPError: the server does not answer as it should.
    """
    forced = _beginning(_tokens(client, reply), most_tokens)
    if not forced or not is_wanted():
        return None
    written: list[dict[str, Any]] = []
    prompt_tokens = 0
    with client.stream("POST", "/v1/chat/completions", json=_request(prompt, forced)) as answer:
        answer.raise_for_status()
        for event in _events(answer):
            if not is_wanted():
                return None
            prompt_tokens = (event.get("usage") or {}).get("prompt_tokens", prompt_tokens)
            for choice in event.get("choices", ()):
                written += (choice.get("logprobs") or {}).get("content") or []
    written = [token for token in written if token["bytes"]]  # without the mark of the end
    text = b"".join(token.piece for token in forced)
    if b"".join(bytes(token["bytes"]) for token in written) != text:
        raise httpx.DecodingError("The server did not write the tokens that it was made to write.")
    return Scored(
        prompt_tokens=prompt_tokens,
        text=text.decode(),
        log_probabilities=tuple(token["logprob"] for token in written),
    )


def _tokens(client: httpx.Client, text: str) -> Iterator[_Token]:
    asked = {"content": text, "add_special": False, "parse_special": False, "with_pieces": True}
    answer = client.post("/tokenize", json=asked)
    answer.raise_for_status()
    for token in answer.json()["tokens"]:
        piece = token["piece"]  # a list of bytes where it is not a text
        is_whole = isinstance(piece, str)
        yield _Token(token["id"], piece.encode() if is_whole else bytes(piece), is_whole)


def _beginning(tokens: Iterator[_Token], most: int) -> list[_Token]:
    """The first tokens, up to the end of a character."""
    chosen = list(islice(tokens, most))
    while chosen and not _is_text(b"".join(token.piece for token in chosen)):
        chosen.pop()
    return chosen


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _request(prompt: Sequence[BaseMessage], forced: Sequence[_Token]) -> dict[str, Any]:
    # A character of several tokens may be written with others, at worst a byte each.
    most_tokens = sum(1 if token.is_whole else len(token.piece) for token in forced)
    return {
        "messages": convert_to_openai_messages(list(prompt)),
        "grammar": "root ::= " + " ".join(_grammar(forced)),
        "max_tokens": most_tokens,
        "temperature": 0,
        "logprobs": True,
        "top_logprobs": 1,
        "post_sampling_probs": False,  # those before the grammar
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,  # something to read, and so to stop at, while it reads the prompt
    }


def _grammar(forced: Sequence[_Token]) -> Iterator[str]:
    """The tokens by number; those that only together make a character as a text."""
    for is_whole, tokens in groupby(forced, lambda token: token.is_whole):
        if is_whole:
            yield from (f"<[{token.id}]>" for token in tokens)
        else:
            yield json.dumps(b"".join(token.piece for token in tokens).decode(), ensure_ascii=False)


def _events(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    for line in answer.iter_lines():
        data = line.removeprefix("data: ")
        if data != line and data != "[DONE]":
            yield json.loads(data)
