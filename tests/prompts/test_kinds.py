from pathlib import Path

import pytest

from prompts.errors import PromptError, UnknownKind
from prompts.library import Library

POEM = """
name: poem
version: 2
parts:
  title: {text: Poem}
  example: {text: The sea in winter}
  task: {text: Write a poem.}
"""


def with_kind(folder: Path, name: str, text: str) -> Library:
    (folder / "kinds").mkdir(exist_ok=True)
    (folder / "kinds" / f"{name}.yaml").write_text(text)
    return Library(folder)


def test_these_kinds_ship() -> None:
    assert Library().kinds() == [
        "day_plan",
        "email",
        "lesson_plan",
        "newsletter",
        "product_description",
        "recommendations",
        "social_post",
        "story",
        "study_plan",
    ]


@pytest.mark.parametrize("name", Library().kinds())
def test_a_kind_has_all_that_a_text_needs(name: str) -> None:
    kind = Library().kind(name)
    assert kind.name == f"create/{name}"
    assert all(kind.render(part) for part in ("title", "example", "task", "system"))
    assert kind.render("length", length="short") != "short"
    assert kind.render("length", length="seven sentences") == "seven sentences"


def test_a_file_in_a_folder_of_ones_own_adds_a_kind(tmp_path: Path) -> None:
    library = with_kind(tmp_path, "poem", POEM)
    assert "poem" in library.kinds()
    poem = library.kind("poem")
    assert (poem.name, poem.version, poem.render("task")) == ("create/poem", 2, "Write a poem.")
    assert poem.render("revise", instruction="shorter")


def test_a_kind_of_ones_own_wins_over_the_one_that_ships(tmp_path: Path) -> None:
    library = with_kind(tmp_path, "email", POEM.replace("poem", "email"))
    assert library.kind("email").render("title") == "Poem"


@pytest.mark.parametrize("name", ["nothing", "../create", ""])
def test_an_unknown_kind_is_an_error_that_lists_the_kinds(name: str) -> None:
    with pytest.raises(UnknownKind, match=r"The kinds are: day_plan, email, .*study_plan"):
        Library().kind(name)


def test_a_kind_without_a_task_says_what_it_lacks(tmp_path: Path) -> None:
    library = with_kind(tmp_path, "poem", POEM.replace("task:", "tusk:"))
    with pytest.raises(PromptError, match=r"'poem' lacks the parts \['task'\]"):
        library.kind("poem")


def test_a_change_in_the_common_parts_changes_the_digest(tmp_path: Path) -> None:
    before = Library().kind("email").digest
    common = Path(__file__).parents[2] / "prompts" / "templates" / "create.yaml"
    (tmp_path / "create.yaml").write_text(common.read_text().replace("skilled", "swift"))
    assert Library(tmp_path).kind("email").digest != before
