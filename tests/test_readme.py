"""What the README shows works: its Python, its commands, its links, its tree of files."""

import re
import shlex
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

import assistant
from assistant import Assistant
from assistant.cli import bespoke
from assistant.settings import Settings
from tests.doubles import RecordingChatModel, WordEmbeddings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
LINES = [line for language, block in BLOCKS if not language for line in block.splitlines()]
INLINE: list[str] = re.findall(
    r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", README, flags=re.M | re.S)
)
COMMANDS = [
    line
    for line in [*LINES, *INLINE]
    if re.match(r"(bespoke|make|python -m evals\S+) ?[^│]*$", line)
]
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
TREE = BLOCKS[-1][1]


@pytest.mark.parametrize("code", [block for language, block in BLOCKS if language == "python"])
def test_python_of_the_readme_runs(
    code: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    doubles = partial(Assistant, home=home, model=RecordingChatModel(), embeddings=WordEmbeddings())
    monkeypatch.setattr(assistant, "Assistant", doubles)
    exec(compile(code, "README.md", "exec"), {})
    assert "That sounds good." in capsys.readouterr().out


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_of_the_readme_exist(line: str) -> None:
    program, *rest = shlex.split(line, comments=True)
    if program == "make":
        assert [word for word in rest if "=" not in word and word not in TARGETS] == []
    elif program == "python":
        assert find_spec(rest[1]) is not None
    else:
        command, words = resolved(bespoke, rest)
        options = {name for each in command.params for name in each.opts} | {"--help", "--version"}
        assert [word for word in words if word.startswith("--") and word not in options] == []
        assert not isinstance(command, click.Group) or not words or words[0].startswith("--")


def resolved(command: click.Command, words: list[str]) -> tuple[click.Command, list[str]]:
    """The sub-command that words name, and what is left of them."""
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            break
        command, words = found, words[1:]
    return command, words


def test_the_readme_names_commands() -> None:
    assert len(COMMANDS) > 5


def paths_of_tree() -> Iterator[str]:
    folders: list[str] = []
    for line in TREE.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        yield "".join([*folders[:depth], name])
        folders[depth:] = [name]


@pytest.mark.parametrize("path", list(paths_of_tree()))
def test_paths_of_the_tree_exist(path: str) -> None:
    assert (ROOT / path).exists()
    assert (ROOT / path).is_dir() == path.endswith("/")


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_to_files(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert f"`BESPOKE_{name.upper()}`" in README
