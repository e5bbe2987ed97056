"""The JSON objects in a file, one at a time: of JSON Lines, of one large array, or in a .zip.

However large a file is, one object of it is in memory. Nothing is ever unpacked to the disk: of an
archive only the members called `conversations.json` are read, wherever a name says they should go.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import ijson  # type: ignore[import-untyped]
from ijson.common import ObjectBuilder  # type: ignore[import-untyped]

from memory.errors import ImportFailed
from memory.importers.base import Skip, SkipReason

# How objects lie in a file: one a line; in an array; in the array `conversations`; one in all.
Shape = Literal["lines", "array", "wrapped", "object"]

MOST_BYTES = 8 << 30
MOST_BYTES_OF_ONE = 64 << 20
MOST_DEPTH = 200

_GLANCE = 4096
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WRAPPER = "conversations"
_MEMBER = re.compile(r"(?:[^/\\]+/)?conversations(?:-\d{1,4})?\.json")
_DEPTHS: dict[Shape, int] = {"object": 0, "array": 1, "wrapped": 2}
_STEPS = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}

OnRead = Callable[[int], None]


class Stream:
    """A file that is read from its beginning, up to a limit, and tells how far that has come."""

    def __init__(self, file: IO[bytes], on_read: OnRead) -> None:
        self._file = file
        self._on_read = on_read
        self._count = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`."""
        return self._counted(self._file.read(size))

    def readline(self, size: int) -> bytes:
        """The next line, or its first `size` bytes."""
        return self._counted(self._file.readline(size))

    def _counted(self, piece: bytes) -> bytes:
        self._count += len(piece)
        if self._count > MOST_BYTES:
            raise ImportFailed(
                f"The file unpacks to more than {MOST_BYTES >> 30} GB. What comes before is kept; "
                "split the rest up."
            )
        self._on_read(len(piece))
        return piece


def size_of(path: Path) -> int:
    """How many bytes there are to read.

    Raises:
        ImportFailed: the file cannot be read, or is an archive that holds no conversations.
    """
    with _clear_errors(path):
        if not zipfile.is_zipfile(path):
            return path.stat().st_size
        with zipfile.ZipFile(path) as archive:
            return sum(archive.getinfo(name).file_size for name in _members(archive, path))


def shape_of(path: Path) -> Shape | None:
    """How the objects lie in a file; None where it is no JSON."""
    with _streams(path) as streams:
        stream = next(streams)
        line = b"\n"
        while line and not line.strip():
            line = stream.readline(_GLANCE)
        start = line.lstrip()[:1]
        if start == b"{" and not line.endswith(b"\n"):
            line += stream.readline(MOST_BYTES_OF_ONE)
    if start == b"[":
        return "array"
    if start != b"{":
        return None
    whole = _loaded(line)
    if isinstance(whole, dict):
        return "wrapped" if isinstance(whole.get(_WRAPPER), list) else "lines"
    with _streams(path) as streams:
        return "wrapped" if _is_wrapped(next(streams)) else "object"


def objects(
    path: Path, shape: Shape, skip: Skip, on_read: OnRead = lambda _: None
) -> Iterator[dict[str, Any]]:
    """All objects of a file, or of the members of an archive that hold conversations.

    `on_read` is told how many bytes were read. What is no object, or too large, is passed over.

    Raises:
        ImportFailed: the file cannot be read, or breaks off.
    """
    with _streams(path, on_read) as streams:
        for stream in streams:
            found = _lines(stream, skip) if shape == "lines" else _values(stream, shape, skip)
            for value in found:
                if isinstance(value, dict):
                    yield value
                else:
                    skip(SkipReason.MALFORMED)


@contextmanager
def _streams(path: Path, on_read: OnRead = lambda _: None) -> Generator[Iterator[Stream]]:
    with _clear_errors(path):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield _unpacked(archive, path, on_read)
        else:
            with path.open("rb") as file:
                yield iter([_begun(file, on_read)])


def _unpacked(archive: zipfile.ZipFile, path: Path, on_read: OnRead) -> Iterator[Stream]:
    for name in _members(archive, path):
        with archive.open(name) as file:
            yield _begun(file, on_read)


def _begun(file: Any, on_read: OnRead) -> Stream:
    if file.peek(3)[:3] == _BYTE_ORDER_MARK:
        file.read(3)
    return Stream(file, on_read)


def _members(archive: zipfile.ZipFile, path: Path) -> list[str]:
    names = {name for name in archive.namelist() if _MEMBER.fullmatch(name)}
    if not names:
        raise ImportFailed(
            f"The archive {str(path)!r} holds no 'conversations.json'. Give it as ChatGPT or "
            "Claude made it, or the file from within it."
        )
    return sorted(names)


def _lines(stream: Stream, skip: Skip) -> Iterator[object]:
    while line := stream.readline(MOST_BYTES_OF_ONE + 1):
        if len(line) > MOST_BYTES_OF_ONE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MOST_BYTES_OF_ONE)
            skip(SkipReason.TOO_LARGE)
        elif line.strip():
            yield _loaded(line)


def _loaded(line: bytes) -> object:
    """What a line holds; None where it is no JSON, or too deep for it."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _values(stream: Stream, shape: Shape, skip: Skip) -> Iterator[object]:
    """The values at a shape's depth, each built while its events are read, and then let go."""
    at, depth, key = _DEPTHS[shape], 0, None
    events = ijson.basic_parse(stream)
    for event, value in events:
        if depth == 1 and event == "map_key":
            key = value
        is_ending = event in ("end_map", "end_array", "map_key")
        if depth == at and not is_ending and (at < 2 or key == _WRAPPER):
            yield from _built(event, value, events, skip)
        else:
            depth += _STEPS.get(event, 0)


def _built(event: str, value: object, events: Iterator[Any], skip: Skip) -> Iterator[object]:
    builder = ObjectBuilder()
    depth, size, is_fit = 0, 0, True
    while True:
        depth += _STEPS.get(event, 0)
        size += 8 + (len(value) if isinstance(value, str) else 0)
        is_fit = is_fit and depth <= MOST_DEPTH and size <= MOST_BYTES_OF_ONE
        if is_fit:
            builder.event(event, value)
        if depth == 0:
            break
        event, value = next(events)
    if is_fit:
        yield builder.value
    else:
        skip(SkipReason.TOO_LARGE)


def _is_wrapped(stream: Stream) -> bool:
    depth = 0
    for event, value in ijson.basic_parse(stream):
        if depth == 1 and event == "map_key" and value == _WRAPPER:
            return True
        depth += _STEPS.get(event, 0)
    return False


@contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    """Errors of parsers repeat what they read, which is what the user wrote: ours do not."""
    try:
        yield
    except (ijson.JSONError, ArithmeticError, SystemError, ValueError):  # the last three: numbers
        raise ImportFailed(
            f"{str(path)!r} is no whole JSON: it breaks off or is damaged. What comes before is "
            "kept; download it again, and import it again."
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise ImportFailed(
            f"The archive {str(path)!r} is damaged or locked with a password. Download it again, "
            "or unpack it and give the file 'conversations.json'."
        ) from None
    except OSError as error:
        raise ImportFailed(f"{str(path)!r} cannot be read ({error.strerror}).") from None
