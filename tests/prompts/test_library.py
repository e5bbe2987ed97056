from pathlib import Path

import pytest

from prompts.errors import PromptError
from prompts.library import Library, Template

GREETING = """
name: greeting
version: 3
parts:
  hello:
    variables: [name]
    text: |
      Hello {{ name }}.
  plain:
    text: No variables here.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "greeting.yaml").write_text(GREETING)
    return tmp_path


@pytest.fixture
def greeting(folder: Path) -> Template:
    return Library(folder).get("greeting")


def test_a_part_is_filled_in(greeting: Template) -> None:
    assert (greeting.name, greeting.version) == ("greeting", 3)
    assert greeting.render("hello", name="Ana") == "Hello Ana."
    assert greeting.render("plain") == "No variables here."


@pytest.mark.parametrize("variables", [{}, {"name": "Ana", "age": 3}, {"nam": "Ana"}])
def test_a_variable_too_few_or_too_many_is_an_error(
    greeting: Template, variables: dict[str, object]
) -> None:
    with pytest.raises(PromptError, match=r"'hello' of 'greeting' takes \['name'\]"):
        greeting.render("hello", **variables)


def test_a_variable_that_was_not_declared_is_an_error(folder: Path) -> None:
    (folder / "greeting.yaml").write_text(GREETING.replace("[name]", "[]"))
    with pytest.raises(PromptError, match="cannot be rendered"):
        Library(folder).get("greeting").render("hello")


def test_an_unknown_part_is_an_error(greeting: Template) -> None:
    with pytest.raises(PromptError, match="'greeting' has no part 'goodbye'"):
        greeting.render("goodbye")


@pytest.mark.parametrize("name", ["nothing", "../secret", ""])
def test_an_unknown_template_is_an_error(folder: Path, name: str) -> None:
    with pytest.raises(PromptError, match="There is no template"):
        Library(folder).get(name)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "- a list",
        "name: [",
        GREETING.replace("version: 3", "version: 0"),
        GREETING.replace("version: 3", "version: 3\nextra: 1"),
        GREETING.replace("name: greeting", "name: other"),
        GREETING.replace("    text: No variables here.\n", "    words: none\n"),
    ],
)
def test_a_malformed_template_is_an_error_that_names_the_file(folder: Path, content: str) -> None:
    (folder / "greeting.yaml").write_text(content)
    with pytest.raises(PromptError, match=r"greeting\.yaml"):
        Library(folder).get("greeting")


def test_what_is_filled_in_is_never_a_template_itself(greeting: Template) -> None:
    hostile = "{{ 7 * 7 }} {% raw %}"
    assert greeting.render("hello", name=hostile) == f"Hello {hostile}."


def test_a_template_cannot_reach_into_python(folder: Path) -> None:
    (folder / "greeting.yaml").write_text(
        GREETING.replace("{{ name }}", "{{ name.__class__.__mro__ }}")
    )
    with pytest.raises(PromptError, match="cannot be rendered"):
        Library(folder).get("greeting").render("hello", name="Ana")


def test_an_own_folder_wins_over_what_ships(tmp_path: Path) -> None:
    shipped = Library().get("chat")
    text = f"name: chat\nversion: {shipped.version + 1}\nparts: {{system: {{text: Mine}}}}"
    (tmp_path / "chat.yaml").write_text(text)
    own = Library(tmp_path).get("chat")
    assert own.render("system") == "Mine"
    assert own.digest != shipped.digest
    assert Library(tmp_path / "empty").get("chat").digest == shipped.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 3", "version: 4"),
        ("Hello", "Hallo"),
        ("plain:", "bare:"),
        ("[name]", "[name, a]"),
    ],
)
def test_the_digest_changes_with_the_meaning_of_the_file(folder: Path, old: str, new: str) -> None:
    before = Library(folder).get("greeting").digest
    (folder / "greeting.yaml").write_text(GREETING.replace(old, new))
    assert Library(folder).get("greeting").digest != before


def test_the_digest_does_not_change_with_comments(folder: Path) -> None:
    before = Library(folder).get("greeting").digest
    (folder / "greeting.yaml").write_text("# A comment.\n" + GREETING)
    assert Library(folder).get("greeting").digest == before
    assert len(before) == 12


def test_the_template_that_ships_renders_with_and_without_lines() -> None:
    chat = Library().get("chat")
    assert chat.render("attached", lines=[], message="Hello", reminder="") == "Hello"
    with_notes = chat.render("attached", lines=["one", "two"], message="Hello", reminder="")
    assert with_notes.endswith("\n\nHello")
    assert "- one\n- two\n" in with_notes
    reminded = chat.render("attached", lines=[], message="Hello", reminder="Be brief.")
    assert reminded == "Hello\n\n(Be brief.)"
    known = chat.render("known", date="Monday", lines=["one"], style=["two"])
    assert "Monday" in known
    assert known.endswith("How to answer:\n- two")
    assert "How to answer" not in chat.render("known", date="Monday", lines=["one"], style=())
    assert "- one" in known
