"""JSON files that somebody else wrote: found, unpacked, and checked against the format expected."""

import gzip
import json
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from evals.errors import DataNotFound, UnknownFormat

_Format = TypeVar("_Format")
_ENDINGS = (".json", ".json.gz")


def one_file(path: Path, pattern: str) -> Path:
    """The file at `path`, or the only one in that folder whose name begins as `pattern`.

    Raises:
        DataNotFound: there is none, or more than one.
    """
    if path.is_file():
        return path
    found = files(path, pattern)
    if len(found) != 1:
        raise DataNotFound(
            f"{str(path)!r} holds {len(found) or 'no'} files {pattern}.json or {pattern}.json.gz. "
            "Name the file itself."
        )
    return found[0]


def files(folder: Path, pattern: str) -> list[Path]:
    """The files in a folder that match `pattern` with .json or .json.gz behind it, sorted.

    Raises:
        DataNotFound: there is no such folder.
    """
    if not folder.is_dir():
        raise DataNotFound(f"There is nothing at {str(folder)!r}. Where is the data set?")
    return sorted(found for ending in _ENDINGS for found in folder.glob(pattern + ending))


def read_json(path: Path, expected: type[_Format], name: str) -> _Format:
    """Read a JSON file, packed or not, as the type `expected`.

    Raises:
        UnknownFormat: it is something else; the message says where.
    """
    try:
        packed = path.read_bytes()
        text = gzip.decompress(packed) if path.suffix == ".gz" else packed
        return TypeAdapter(expected).validate_python(json.loads(text))
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"])) or "the whole file"
        raise UnknownFormat(
            f"{str(path)!r} is not in the format of {name}: {where}: {wrong['msg']}."
        ) from None
    except (OSError, EOFError, ValueError) as error:
        raise UnknownFormat(
            f"{str(path)!r} cannot be read as JSON ({type(error).__name__})."
        ) from None
