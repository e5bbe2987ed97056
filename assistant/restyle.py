"""What a wish about style can hold without the model's help: emojis and list marks are taken out.

A small model forgets "no bullet points" after a line or two. A filter takes the pieces of a reply
as they come and gives them back without what the user does not want to see.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import reduce
from typing import Protocol

from langchain_core.messages import AIMessageChunk

from memory.emojis import EMOJI, PARTS


class Filter(Protocol):
    """Takes a text piece by piece; what is not clear yet is held back until it is."""

    def add(self, piece: str) -> str:
        """What has become clear."""

    def end(self) -> str:
        """What was held back."""


def restyled(
    chunks: Iterable[AIMessageChunk], filters: Sequence[Filter]
) -> Iterator[AIMessageChunk]:
    """The chunks of a reply, their texts passed through the filters one after the other.

    The filters themselves stay as they are, for the next reply.
    """
    if not filters:
        yield from chunks
        return
    filters = [copy(each) for each in filters]  # a stream that ended early leaves them half-way
    for chunk in chunks:
        text = reduce(lambda text, each: each.add(text), filters, str(chunk.text))
        yield chunk.model_copy(update={"content": text})
    if rest := reduce(lambda text, each: each.add(text) + each.end(), filters, ""):
        yield AIMessageChunk(content=rest)


class WithoutEmojis:
    """Takes emojis out, with the space before them."""

    _WITH_SPACE = re.compile(rf"(^|\n)?[ \t]*{EMOJI}(?:[ \t]*{EMOJI})*([ \t]*)")
    _MAY_GO_ON = re.compile(rf"[\s{PARTS}]*\Z")

    def __init__(self) -> None:
        self._held = ""
        self._is_line_start = True

    def add(self, piece: str) -> str:
        """What has become clear."""
        text = self._held + piece
        found = self._MAY_GO_ON.search(text)
        assert found is not None
        self._held = text[found.start() :]
        return self._without(text[: found.start()])

    def end(self) -> str:
        """What was held back."""
        text, self._held = self._held, ""
        return self._without(text)

    def _without(self, text: str) -> str:
        plain = self._WITH_SPACE.sub(self._replaced, text)
        if text:
            self._is_line_start = text.endswith("\n")
        return plain

    def _replaced(self, match: re.Match[str]) -> str:
        is_line_start = match[1] == "\n" or (match.start() == 0 and self._is_line_start)
        return (match[1] or "") + ("" if is_line_start else match[2])


class WithoutLists:
    """Takes bullets and numbers off the beginnings of lines, but not within a block of code."""

    _MARK = re.compile(r"\A[ \t]*(?:[-*\u2022]|\d{1,2}[.)])[ \t]+(?=\S)")
    _MAY_BE_MARK = re.compile(r"\A[ \t]*(?:[-*\u2022`]{0,2}|\d{1,2}[.)]?)[ \t]*\Z")

    def __init__(self) -> None:
        self._line = ""  # what is held back of a line that may begin with a mark
        self._is_line_start = True
        self._is_code = False

    def add(self, piece: str) -> str:
        """What has become clear."""
        return "".join(map(self._add_to_line, piece.splitlines(keepends=True)))

    def end(self) -> str:
        """What was held back."""
        text, self._line = self._line, ""
        return text

    def _add_to_line(self, part: str) -> str:
        if self._is_line_start:
            self._line += part
            if self._MAY_BE_MARK.fullmatch(self._line):
                return ""
            part, self._line = self._begun(self._line), ""
        self._is_line_start = part.endswith("\n")
        return part

    def _begun(self, line: str) -> str:
        if line.lstrip().startswith("```"):
            self._is_code = not self._is_code
        return line if self._is_code else self._MARK.sub("", line, count=1)
