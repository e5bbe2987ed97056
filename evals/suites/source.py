"""YAML with places: what a file says, and on which line it says it.

Read as YAML 1.2 has it: only `true` and `false` are booleans, so that an arm can be called `off`,
and times stay texts. A name that stands twice in one mapping is an error.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from evals.errors import DataNotFound, SuiteInvalid

Place = tuple[str | int, ...]
_DEEPEST = 40
_MERGE = "tag:yaml.org,2002:merge"
_NOT_RESOLVED = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own shape)
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_RESOLVED]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    _is_in_text = False

    def scan_plain(self) -> yaml.ScalarToken:
        """Let a '?' stand in a text without quotes, also within brackets, as YAML 1.2 does."""
        self._is_in_text = True
        try:
            return super().scan_plain()
        finally:
            self._is_in_text = False

    def peek(self, index: int = 0) -> str:
        """The character so far ahead; within a text a '?' looks like any letter."""
        character: str = super().peek(index)
        return "x" if self._is_in_text and character == "?" else character


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


class Source:
    """A file's content, and the line of each part of it."""

    def __init__(self, path: Path, content: Any, lines: dict[Place, int]) -> None:
        self.path = path
        self.content = content
        self._lines = lines

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Read a YAML file.

        Raises:
            DataNotFound: there is none.
            SuiteInvalid: it is no YAML; the message says on which line.
        """
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataNotFound(
                f"{str(path)!r} cannot be read ({type(error).__name__}). Is it a suite in UTF-8?"
            ) from None
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            reader = _Reader(path, loader)
            return cls(path, reader.value(root, ()) if root else None, reader.lines)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = f":{mark.line + 1}" if mark else ""
            raise SuiteInvalid(
                f"{path}{where}: this is no YAML: {error.problem}. Check indentation and quotes."
            ) from None
        finally:
            loader.dispose()

    def line(self, place: Sequence[str | int]) -> int:
        """The line, from 1, of the nearest part to a place that is in the file."""
        found: Place = ()
        for part in place:
            if (*found, part) in self._lines:
                found = (*found, part)
        return self._lines.get(found, 1)


class _Reader:
    """Turns nodes into values, and notes their lines."""

    def __init__(self, path: Path, loader: _Loader) -> None:
        self.lines: dict[Place, int] = {}
        self._path = path
        self._loader = loader

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if len(place) > _DEEPEST:
            raise self._error(node, "this is nested too deeply. Take something out")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each, (*place, at)) for at, each in enumerate(node.value)]
        return self._loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                merged |= self.value(value, place)
            elif not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "a name must be a text. Put it in quotes")
            elif key.value in own:
                raise self._error(key, f"{key.value!r} stands here twice. Remove one of them")
            else:
                self.lines[(*place, key.value)] = key.start_mark.line + 1
                own[key.value] = self.value(value, (*place, key.value))
        return merged | own

    def _error(self, node: yaml.Node, problem: str) -> SuiteInvalid:
        return SuiteInvalid(f"{self._path}:{node.start_mark.line + 1}: {problem}.")
