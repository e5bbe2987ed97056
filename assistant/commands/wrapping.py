"""Printing text that arrives in pieces without breaking words at the edge of the terminal."""

import re
import shutil
from collections.abc import Callable

_WORD_OR_SPACE = re.compile(r"\n|[^\S\n]+|\S+")


class WrappedText:
    """Takes pieces of text and writes whole words; a word is held back until it is complete."""

    def __init__(self, write: Callable[[str], object], width: int | None = None) -> None:
        """`write` prints a string as it is; `width` is in characters (default: the terminal's)."""
        self._write = write
        self._width = width or shutil.get_terminal_size().columns
        self._column = 0
        self._held = ""

    def add(self, text: str) -> None:
        """Print what has become complete."""
        parts = _WORD_OR_SPACE.findall(self._held + text)
        self._held = parts.pop() if parts else ""
        for part in parts:
            self._put(part)

    def put_apart(self, text: str, write: Callable[[str], object]) -> None:
        """Print what is held back, and then a paragraph of its own with another `write`."""
        self.end()
        write(text)
        self._column = 0

    def end(self) -> None:
        """Print what is held back."""
        self._put(self._held)
        self._held = ""

    def _put(self, part: str) -> None:
        if part == "\n":
            self._column = 0
        elif self._column + len(part) > self._width and self._column:
            self._write("\n")
            part = part.lstrip()
            self._column = len(part)
        else:
            self._column += len(part)
        self._write(part)
