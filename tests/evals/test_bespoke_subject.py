"""Bespoke under test, with a chat model that says what it was told, and planted failures."""

from pathlib import Path

import pytest

from assistant import Companion
from assistant.settings import load_settings
from evals.results import CaseResult, TurnRecord
from evals.subjects import bespoke
from evals.subjects.base import Scene
from memory.types import Purpose
from tests.doubles import let_a_byte_be_left, let_a_leak_in
from tests.evals.suites import Workshop

PARROT = """
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult

class Parrot(BaseChatModel):
    @property
    def _llm_type(self):
        return "parrot"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        said = "You told me: " + messages[0].text.split("Notes about the user:")[-1].strip()
        if "Answer with one letter only" in messages[-1].text:
            said = "B"
        return ChatResult(generations=[ChatGeneration(message=AIMessage(said))])
"""
HEAD = """
name: tiny
model: 'parrot.py:Parrot'
arms: [off, on, oracle, shuffled]
personas:
  ana:
    said:
      - {id: diet, text: "Remember that I'm vegetarian", kind: constraint}
      - I keep quokkas in Tromso.
    canaries: [quokkas]
  ben:
    said: [I live beside the zanzibar mill.]
    canaries: [zanzibar]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def run(shop: Workshop, cases: str, arms: tuple[str, ...] = ("on",)) -> dict[str, list[CaseResult]]:
    shop.write(f"{HEAD}cases:\n{cases}", parrot=PARROT)
    results = shop.run(arms=arms)
    assert [result.error for result in results] == [None] * len(results)
    return {arm: [result for result in results if result.arm == arm] for arm in arms}


def run_one(shop: Workshop, case: str) -> CaseResult:
    (result,) = run(shop, case)["on"]
    return result


def prompt(turn: TurnRecord) -> str:
    return "\n".join(message.text for message in turn.prompt)


def test_each_arm_knows_what_it_should(shop: Workshop) -> None:
    results = run(
        shop,
        "  - {id: x, persona: ana, needs: [diet], turns: [I keep quokkas in Tromso?]}\n"
        "  - {id: y, persona: ana, needs: [diet], turns: [I live beside the zanzibar mill?]}\n",
        arms=("off", "on", "oracle", "shuffled"),
    )
    known = {
        arm: sorted({item.text for result in results[arm] for item in result.turns[0].offered})
        for arm in results
    }
    assert known == {
        "off": [],
        "on": ["I keep quokkas in Tromso."],
        "oracle": ["Remember that I'm vegetarian"],
        "shuffled": ["I live beside the zanzibar mill."],
    }


def test_a_turn_is_recorded_with_its_prompt_and_its_costs(shop: Workshop) -> None:
    result = run_one(shop, "  - {id: x, persona: ana, turns: [Hi, And now?]}\n")
    first, second = result.turns
    assert [message.role for message in first.prompt] == ["system", "user"]
    assert [message.role for message in second.prompt] == ["system", "user", "assistant", "user"]
    assert first.reply.startswith("You told me:")
    assert (result.persona, result.distance, result.passed) == ("ana", None, None)


def test_a_choice_is_one_letter(shop: Workshop) -> None:
    result = run_one(
        shop,
        "  - {id: x, persona: ana, turns: [{choose: Which?, options: [a, b], right: [a, b]}]}\n",
    )
    assert result.passed


TEXTS = """
  - id: x
    persona: all
    needs: [1]
    turns:
      - create: recommendations
        brief: What goes well with chicken?
        language: German
"""


def test_a_neutral_text_is_written_once_a_brief_and_another_for_a_user(shop: Workshop) -> None:
    results = run(shop, TEXTS, arms=("off", "oracle"))
    assert [result.is_cached for result in results["off"]] == [False, True]
    assert [result.turns[0].offered for result in results["off"]] == [(), ()]
    assert not results["oracle"][0].is_cached
    ana, ben = (result.turns[0] for result in results["oracle"])
    assert "vegetarian" in ana.offered[0].text
    assert "all of it in German" in prompt(ben)
    assert ben.user.startswith("Write this text for me (recommendations): What goes")


def test_a_caution_in_a_text_is_recorded(shop: Workshop) -> None:
    case = "  - {id: x, persona: ana, needs: [1], turns: [{create: story, brief: A chicken roast}]}"
    writer = PARROT.replace('if "Answer', "said = 'Roast a chicken.'\n        if \"Answer")
    shop.write(f"{HEAD}cases:\n{case}\n", parrot=writer)
    (result,) = shop.run(arms=("oracle",))
    (caution,) = result.turns[0].cautions
    assert "chicken" in caution
    assert caution in result.turns[0].reply


def test_cases_of_one_persona_do_not_see_each_other(shop: Workshop) -> None:
    cases = "".join(
        f"  - {{id: c{n}, persona: ana, turns: [The wombat number {n}]}}\n" for n in (1, 2)
    )
    shop.write(f"{HEAD}cases:\n{cases}", parrot=PARROT)
    first, second = shop.run(arms=("on",))
    assert "wombat number 1" in prompt(first.turns[0])
    assert "wombat number 1" not in prompt(second.turns[0])


def test_neighbours_live_in_the_same_home_and_do_not_leak(shop: Workshop) -> None:
    result = run_one(
        shop,
        "  - id: x\n    persona: ana\n    neighbours: all\n    turns:\n"
        "      - {user: Who lives beside the mill?, checks: [{no_leak: true}]}\n"
        "      - {user: Where do I live?, by: ben, checks: [{offered: zanzibar}]}\n",
    )
    assert [verdict.passed for verdict in result.all_verdicts] == [True, True]


def test_a_planted_leak_is_caught(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if one user's words had come into another user's vault."""
    let_a_leak_in(monkeypatch, "I live beside the zanzibar mill.")
    case = "  - {id: x, persona: ana, turns: [{user: Hello, checks: [{no_leak: true}]}]}\n"
    result = run_one(shop, case)
    assert result.passed is False


FORGETTING = """
  - id: x
    persona: ana
    turns:
      - forget: quokkas
      - user: What do I keep in Tromso?
        checks: [{not_contains: quokkas}, {not_offered: quokkas}]
    checks: [{not_remembered: quokkas}, {gone: quokkas}]
"""


def remember_quokkas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a parser nothing is learned: what was said is noted by hand instead."""
    give = bespoke._give_past

    def noting(companion: Companion, scene: Scene) -> None:
        companion.consent.grant(Purpose.SHARE_WITH_REMOTE)
        companion.memories.add("I keep quokkas in Tromso.")
        give(companion, scene.__class__(**{**vars(scene), "memory": "off"}))
        companion.consent.grant(Purpose.USE_IN_REPLIES)

    monkeypatch.setattr(bespoke, "_give_past", noting)


def test_what_is_forgotten_is_gone(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    remember_quokkas(monkeypatch)
    result = run_one(shop, FORGETTING)
    assert result.turns[0].reply == "1 memories were forgotten."
    assert {verdict.kind: verdict.passed for verdict in result.all_verdicts} == {
        "not_contains": True,
        "not_offered": True,
        "not_remembered": True,
        "gone": True,
    }


def test_a_planted_byte_that_outlives_forgetting_is_caught(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember_quokkas(monkeypatch)
    let_a_byte_be_left(monkeypatch, "QUOKKAS")
    result = run_one(shop, FORGETTING)
    failed = [verdict for verdict in result.all_verdicts if not verdict.passed]
    assert [(verdict.kind, verdict.reason) for verdict in failed] == [
        ("gone", "these files hold it: left.tmp")
    ]


def test_other_prompts_are_another_arm(shop: Workshop) -> None:
    from importlib.resources import files

    template = files("prompts").joinpath("templates/chat.yaml").read_text("utf-8")
    (shop.folder / "terse").mkdir()
    (shop.folder / "terse" / "chat.yaml").write_text(
        template.replace("You are a warm and helpful assistant.", "You are terse.")
    )
    shop.write(
        "name: a\nmodel: 'parrot.py:Parrot'\narms: [on, {name: terse, prompts: terse}]\n"
        "cases:\n  - {id: x, turns: [Hi]}\n",
        parrot=PARROT,
    )
    with shop.runner() as runner:
        ours, terse = runner.results()
    assert "You are terse." in prompt(terse.turns[0])
    assert "You are terse." not in prompt(ours.turns[0])
    assert ours.key != terse.key


def test_nothing_is_left_behind_but_results_and_replies(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = shop.folder / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    run(shop, "  - {id: x, persona: ana, turns: [Hi]}\n")
    assert list(temporary.iterdir()) == []
    home = load_settings().home
    assert not home.exists(), "the user's own vaults are left alone"


@pytest.mark.real_model
def test_what_was_said_is_learned_with_the_real_embedder_and_parser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BESPOKE_PARSER", "en_core_web_sm")
    shop = Workshop(tmp_path)
    shop.settings = load_settings()
    (tmp_path / "parrot.py").write_text(PARROT)
    shop.write(
        "name: a\nmodel: 'parrot.py:Parrot'\narms: [on]\ncases:\n  - id: x\n"
        '    said: ["I\'m allergic to peanuts."]\n    distance: 5\n    turns:\n'
        "      - {user: What could I snack on?, checks: [{used: peanuts}, {cached_share: 0}]}\n"
        "      - user: By the way, I live in Lisbon.\n        checks: [{learned: Lisbon}]\n"
        "    checks: [{remembered: [peanuts, Lisbon]}]\n"
    )
    from evals.running.runner import Runner
    from evals.suites.reading import read_suite

    options = {"settings": shop.settings, "folder": tmp_path / "run", "is_fresh": True}
    with Runner(read_suite(shop.suite), **options) as runner:  # type: ignore[arg-type]
        (result,) = runner.results()
    assert result.error is None
    assert {verdict.kind: verdict.passed for verdict in result.all_verdicts} == {
        "used": True,
        "cached_share": None,
        "learned": True,
        "remembered": True,
    }
