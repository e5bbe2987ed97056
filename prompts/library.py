"""Versioned prompt templates, read from YAML and rendered strictly.

A template file holds a name, a version and named parts; a part is a Jinja text together with the
variables it takes. A variable too many or too few is an error, never an empty string. Each file in
`kinds/` is a kind of text that can be written.
"""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prompts.errors import PromptError, UnknownKind

_jinja = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False
)

_PARTS_OF_A_KIND = {"title", "example", "task"}


class Part(BaseModel):
    """One text of a template, and the names of the variables it takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variables: frozenset[str] = frozenset()
    text: str


class Template(BaseModel):
    """A prompt template. `digest` changes with every change of its file's meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int = Field(ge=1)
    parts: Mapping[str, Part]

    @cached_property
    def digest(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of name, version and parts."""
        parts = {name: (sorted(part.variables), part.text) for name, part in self.parts.items()}
        content = repr((self.name, self.version, sorted(parts.items())))
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def render(self, part_name: str, **variables: object) -> str:
        """Fill in one part.

        Raises:
            PromptError: there is no such part, or the variables are not the declared ones.
        """
        part = self.parts.get(part_name)
        if part is None:
            raise PromptError(f"The template {self.name!r} has no part {part_name!r}.")
        if variables.keys() != part.variables:
            raise PromptError(
                f"The part {part_name!r} of {self.name!r} takes {sorted(part.variables)}, not "
                f"{sorted(variables)}."
            )
        try:
            return _jinja.from_string(part.text).render(**variables).strip()
        except TemplateError as error:
            raise PromptError(
                f"The part {part_name!r} of {self.name!r} cannot be rendered: {error}"
            ) from error


class Library:
    """The templates that ship, and those of a folder, which win over them."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._read: dict[str, Template] = {}

    def get(self, name: str) -> Template:
        """Return a template by name.

        Raises:
            PromptError: it does not exist, or its file is not a valid template.
        """
        if name not in self._read:
            self._read[name] = _read(self._find(name), name)
        return self._read[name]

    def kinds(self) -> list[str]:
        """The names of all kinds of text that can be written: one file of `kinds/` each."""
        folders: list[Traversable] = [files("prompts") / "templates" / "kinds"]
        folders += [self._folder / "kinds"] if self._folder else []
        return sorted(
            {
                file.name.removesuffix(".yaml")
                for folder in folders
                if folder.is_dir()
                for file in folder.iterdir()
                if file.name.endswith(".yaml")
            }
        )

    def kind(self, name: str) -> Template:
        """Return the template by which a kind of text is written: its parts over `create`'s.

        Raises:
            UnknownKind: there is no such kind; the message lists those that there are.
            PromptError: its file, or that of `create`, is not a valid template.
        """
        if name not in self.kinds():
            raise UnknownKind(
                f"There is no kind of text {name!r}. The kinds are: {', '.join(self.kinds())}."
            )
        own, common = _read(self._find(f"kinds/{name}"), name), self.get("create")
        if missing := sorted(_PARTS_OF_A_KIND - own.parts.keys()):
            raise PromptError(f"The kind {name!r} lacks the parts {missing}; add them to its file.")
        return Template(
            name=f"create/{name}", version=own.version, parts={**common.parts, **own.parts}
        )

    def _find(self, name: str) -> Traversable:
        shipped = files("prompts") / "templates" / f"{name}.yaml"
        own = self._folder / f"{name}.yaml" if self._folder else None
        for file in (own, shipped):
            if file is not None and file.is_file():
                return file
        where = f" in {str(self._folder)!r} and" if self._folder else ""
        raise PromptError(f"There is no template {name!r}{where} among those that ship.")


def _read(file: Traversable, name: str) -> Template:
    try:
        content: Any = yaml.safe_load(file.read_text("utf-8"))
        template = Template.model_validate(content)
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise PromptError(f"{str(file)!r} is not a template: {error}") from error
    if template.name != name:
        raise PromptError(f"{str(file)!r} calls itself {template.name!r}; name it {name!r}.")
    return template
