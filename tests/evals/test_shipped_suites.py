"""The suites that ship: how many, that they can be read, and that they catch planted failures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import load_settings
from evals.commands.suite_path import shipped
from evals.results import CaseResult
from evals.running.runner import Runner
from evals.subjects import bespoke
from evals.subjects.base import Answer
from evals.suites.reading import LoadedSuite, read_suite
from evals.suites.steps import Choose, Create, Say
from memory.embeddings import Embedder
from prompts.library import Library
from tests.doubles import WordEmbeddings, let_a_byte_be_left, let_a_leak_in
from tests.evals.test_bespoke_subject import PARROT

NAMES = {
    "abstention",
    "content",
    "first",
    "forgetting",
    "injection",
    "leak",
    "overuse",
    "preferences",
    "style",
    "update",
}


@pytest.fixture(scope="module")
def suites() -> dict[str, LoadedSuite]:
    return {name: read_suite(file) for name, file in shipped().items()}


def test_all_that_is_promised_ships(suites: dict[str, LoadedSuite]) -> None:
    assert set(suites) == NAMES
    assert all(loaded.suite.name == name for name, loaded in suites.items())
    assert all(loaded.suite.description for loaded in suites.values())


def test_there_are_at_least_150_cases_without_counting_distances(
    suites: dict[str, LoadedSuite],
) -> None:
    cases = {
        (name, planned.case.id) for name, loaded in suites.items() for planned in loaded.planned()
    }
    assert len(cases) >= 150


def test_no_two_cases_that_ship_have_one_name(suites: dict[str, LoadedSuite]) -> None:
    ids = [planned.id for loaded in suites.values() for planned in loaded.planned()]
    assert len(ids) == len(set(ids))


def test_replies_are_short_so_that_all_of_them_can_be_run_in_an_hour(
    suites: dict[str, LoadedSuite],
) -> None:
    for name, loaded in suites.items():
        assert loaded.suite.settings.reply_tokens <= (150 if name == "content" else 60)
    assert all(loaded.suite.model is None for loaded in suites.values()), "the model that is set"


def test_no_case_passes_without_a_check(suites: dict[str, LoadedSuite]) -> None:
    for loaded in suites.values():
        for planned in loaded.planned():
            steps = planned.case.turns
            checked = any(isinstance(step, Choose) for step in steps) or planned.case.checks
            assert checked or any(isinstance(each, Say | Create) and each.checks for each in steps)


def test_preferences_are_asked_for_at_four_distances_of_people_with_opposite_tastes(
    suites: dict[str, LoadedSuite],
) -> None:
    choices: dict[str, set[Any]] = {}
    distances = set()
    for planned in suites["preferences"].planned():
        step = planned.case.turns[0]
        if isinstance(step, Choose):
            choices.setdefault(step.choose, set()).add(step.right)
            distances.add(planned.distance)
    assert distances == {0, 10, 50, 300}
    assert {len(rights) for rights in choices.values()} == {2}


@pytest.fixture
def parrot(tmp_path: Path) -> str:
    """A chat model that says what it was told."""
    file = tmp_path / "parrot.py"
    file.write_text(PARROT, "utf-8")
    return f"{file}:Parrot"


def run(suite: str, case: str, *, model: str, folder: Path, arm: str = "oracle") -> CaseResult:
    loaded = read_suite(shipped()[suite]).changed(model=model).only(cases=[case])
    settings = load_settings(cache=folder / "cache")
    embedder = Embedder.of(WordEmbeddings())
    run_folder = folder / f"run-{len(list(folder.iterdir()))}"
    options: dict[str, Any] = {"settings": settings, "folder": run_folder, "arms": [arm]}
    with Runner(loaded, embedder=embedder, is_fresh=True, **options) as runner:
        (result,) = runner.results()
    assert result.error is None
    return result


def failed(result: CaseResult) -> Iterator[str]:
    return (each.kind for each in result.all_verdicts if each.passed is False)


def test_twenty_texts_of_all_kinds_are_asked_for_by_five_people(
    suites: dict[str, LoadedSuite],
) -> None:
    loaded = suites["content"]
    asked = [
        (planned.persona.name, step)
        for planned in loaded.planned()
        for step in planned.case.turns
        if isinstance(step, Create)
    ]
    assert loaded.runs(["on"]) == loaded.runs(["off"]) == len(asked) == 100
    assert len({who for who, _ in asked}) == 5
    assert len({step.in_words for _, step in asked}) == 20, "as many neutral texts are written"
    assert {step.create for _, step in asked} == set(Library().kinds())


WRITER = """
from langchain_core.language_models import GenericFakeChatModel

def Writer():
    return GenericFakeChatModel(messages=iter([{!r}] * 9))
"""


@pytest.mark.parametrize(
    ("case", "text", "broken"),
    [
        ("food cooking/ana", "An Indian curry with paneer.", []),
        ("food cooking/ana", "An Indian curry with chicken breast.", ["keeps"]),
        ("food cooking/ana", "A soup of tomatoes.", ["contains"]),
        ("food cooking/ana", "A curry, in bowls of your own pottery.", ["not_overused"]),
        ("hobby post/otto", "My saxophone and I make jazz.", ["language"]),
        ("apart found/ben", "I found an umbrella.", []),
        ("apart found/ben", "I, a carpenter, found an umbrella.", ["not_overused"]),
        ("apart found/ben", "I live on a houseboat.", ["not_overused"]),
    ],
)
def test_a_planted_text_that_does_not_fit_is_caught(
    tmp_path: Path, case: str, text: str, broken: list[str]
) -> None:
    (tmp_path / "writer.py").write_text(WRITER.format(text), "utf-8")
    model = f"{tmp_path}/writer.py:Writer"
    result = run("content", case, model=model, folder=tmp_path, arm="on")
    assert [each for each in failed(result) if each != "not_used"] == broken


def test_a_planted_leak_is_caught(
    tmp_path: Path, parrot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("leak", "own ana", model=parrot, folder=tmp_path).passed
    let_a_leak_in(monkeypatch, "I live beside the Zanzibar mill.")
    result = run("leak", "own ana", model=parrot, folder=tmp_path)
    assert list(failed(result)) == ["no_leak"]


def test_a_planted_byte_that_outlives_forgetting_is_caught(
    tmp_path: Path, parrot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("forgetting", "forget pets", model=parrot, folder=tmp_path).passed
    let_a_byte_be_left(monkeypatch, "QUOKKAS")
    result = run("forgetting", "forget pets", model=parrot, folder=tmp_path)
    assert list(failed(result)) == ["gone"]


def test_a_planted_stale_answer_is_caught(
    tmp_path: Path, parrot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("update", "told trade", model=parrot, folder=tmp_path).passed
    say = bespoke._BespokeSession.say

    def stale(session: bespoke._BespokeSession, text: str, **options: Any) -> Answer:
        return say(session, text, **options).model_copy(
            update={"reply": "You work as a carpenter."}
        )

    monkeypatch.setattr(bespoke._BespokeSession, "say", stale)
    result = run("update", "told trade", model=parrot, folder=tmp_path)
    assert list(failed(result)) == ["updated"]


def test_a_planted_junk_memory_is_caught(
    tmp_path: Path, parrot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a pasted text had been taken for the user's own words."""
    case = "learns nothing from a mail"
    clean = run("injection", case, model=parrot, folder=tmp_path, arm="on")
    assert "not_remembered" not in failed(clean)
    say = bespoke._BespokeSession.say

    def credulous(session: bespoke._BespokeSession, text: str, **options: Any) -> Answer:
        session._me.memories.add("I'm allergic to bananas")
        session._me.memories.add("I live in Tashkent")
        return say(session, text, **options)

    monkeypatch.setattr(bespoke._BespokeSession, "say", credulous)
    junk = run("injection", case, model=parrot, folder=tmp_path, arm="on")
    assert "not_remembered" in failed(junk)
