"""Running suites: arms, the cache, resuming, retries, time limits, and a kill at any moment."""

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from assistant.errors import ModelNotInstalled
from evals.errors import DataNotFound, SuiteInvalid, UnknownFormat
from evals.results import load_run
from tests.evals.suites import PEOPLE, Workshop, reasons

ECHO = "def reply(request):\n    return f'You said {request.text}'\n"
COUNTING = """
from pathlib import Path
ASKED = Path(__file__).with_name("asked.txt")

def reply(request):
    with ASKED.open("a") as file:
        file.write(request.text + "\\n")
    return request.text
"""
COUNTED = "name: tiny\nsubject: {function: 'bot.py:reply'}\narms: [on]\n"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def asked(shop: Workshop) -> list[str]:
    return (shop.folder / "asked.txt").read_text().split()


def test_a_function_is_told_what_its_arm_tells(shop: Workshop) -> None:
    told = (
        "def reply(request):\n"
        "    said = [m['content'] for m in request.messages if m['role'] == 'user']\n"
        "    return ' | '.join([*said[:2], *request.notes]) or 'nothing'\n"
    )
    shop.write(
        "name: tiny\nsubject: {function: 'bot.py:reply'}\narms: [off, on, oracle, shuffled]\n"
        f"{PEOPLE}cases:\n  - {{id: x, persona: ana, needs: [diet], turns: [Hello]}}\n",
        bot=told,
    )
    replies = {result.arm: result.turns[0].reply for result in shop.run()}
    assert replies == {
        "off": "nothing",
        "on": "I am vegan. | What is special about the Eiffel Tower?",
        "oracle": "I am vegan.",
        "shuffled": "I eat fish. | What is special about the Eiffel Tower?",
    }


def test_a_conversation_goes_on_from_turn_to_turn(shop: Workshop) -> None:
    bot = "def reply(request):\n    return f'{len(request.messages)} at {request.now:%d %b}'\n"
    cases = "cases:\n  - {id: x, turns: [One, {wait: 2 days}, Two]}\n"
    shop.write(COUNTED + cases, bot=bot)
    (result,) = shop.run()
    assert [turn.reply for turn in result.turns] == ["0 at 05 Jan", "2 at 07 Jan"]


def test_a_choice_is_right_by_letter_or_by_name(shop: Workshop) -> None:
    bot = (
        "def reply(request):\n"
        "    line = next(l for l in request.text.splitlines() if l.endswith(') tofu'))\n"
        "    return line[0] if 'first' in request.text else 'I would take the tofu.'\n"
    )
    step = "{{choose: {0}, options: [beef, fish, tofu], right: tofu}}"
    turns = ", ".join(step.format(word) for word in ("first", "second"))
    shop.write(COUNTED + f"cases:\n  - {{id: x, turns: [{turns}]}}\n", bot=bot)
    (result,) = shop.run()
    assert result.passed
    assert reasons(result) == ["it chose 'tofu'", "it chose 'tofu'"]


def test_an_answer_that_is_no_option_is_wrong(shop: Workshop) -> None:
    shop.write(
        COUNTED + "cases:\n  - {id: x, turns: [{choose: Q, options: [beef, tofu], right: tofu}]}\n",
        bot="def reply(request):\n    return 'beef or tofu, both are fine'\n",
    )
    assert reasons(shop.run()[0]) == ["its answer is none of the options"]


def test_a_second_run_asks_for_nothing(shop: Workshop) -> None:
    shop.write(COUNTED + "repeats: 2\ncases:\n  - {id: x, turns: [One, Two]}\n", bot=COUNTING)
    first, second = shop.run("first"), shop.run("second")
    assert asked(shop) == ["One", "Two"] * 2, "each repeat is asked for on its own"
    assert [result.is_cached for result in first + second] == [False, False, True, True]
    assert [r.model_dump(exclude={"is_cached", "seconds"}) for r in first] == [
        r.model_dump(exclude={"is_cached", "seconds"}) for r in second
    ]


def test_changed_checks_look_at_kept_replies(shop: Workshop) -> None:
    suite = COUNTED + "cases:\n  - {id: x, turns: [{user: One, checks: [{contains: %s}]}]}\n"
    shop.write(suite % "One", bot=COUNTING)
    assert shop.run("first")[0].passed
    shop.write(suite % "Two")
    assert not shop.run("second")[0].passed
    assert asked(shop) == ["One"]


def test_changed_code_is_asked_anew(shop: Workshop) -> None:
    shop.write(COUNTED + "cases:\n  - {id: x, turns: [One]}\n", bot=COUNTING)
    shop.run("first")
    shop.write(shop.suite.read_text(), bot=COUNTING + "\n# changed\n")
    shop.run("second")
    assert asked(shop) == ["One", "One"]


def test_fresh_replies_are_asked_for_when_wanted(shop: Workshop) -> None:
    shop.write(COUNTED + "cases:\n  - {id: x, turns: [One]}\n", bot=COUNTING)
    shop.run("first")
    shop.run("second", is_fresh=True)
    assert asked(shop) == ["One", "One"]


def test_a_run_goes_on_behind_its_last_whole_line(shop: Workshop) -> None:
    cases = "".join(f"  - {{id: c{number}, turns: [T{number}]}}\n" for number in range(4))
    shop.write(f"{COUNTED}cases:\n{cases}", bot=COUNTING)
    shop.run(is_fresh=True)
    file = shop.folder / "run" / "results.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:3]) + lines[3][:20])
    assert [result.case for result in load_run(file).results] == ["c0", "c1"]
    with shop.runner(is_fresh=True) as runner:
        assert [result.case for result in runner.earlier()] == ["c0", "c1"]
        assert [result.case for result in runner.results()] == ["c2", "c3"]
    assert [result.case for result in load_run(file).results] == ["c0", "c1", "c2", "c3"]


def test_a_run_that_goes_on_tries_again_what_ended_in_an_error(shop: Workshop) -> None:
    bot = (
        "from pathlib import Path\ndef reply(request):\n"
        "    if request.text == 'broken' and not (Path(__file__).parent / 'mended').exists():\n"
        "        raise ValueError('no')\n    return 'fine'\n"
    )
    wrong = "{user: wrong, checks: [{contains: right}]}"
    cases = f"  - {{id: a, turns: [broken]}}\n  - {{id: b, turns: [{wrong}]}}\n"
    shop.write(f"{COUNTED}retries: 0\ncases:\n{cases}", bot=bot)
    assert [result.error for result in shop.run()] == ["ValueError: no", None]
    (shop.folder / "mended").touch()
    assert [(result.case, result.error) for result in shop.run()] == [("a", None)]
    results = load_run(shop.folder / "run").results
    assert [(result.case, result.passed) for result in results] == [("b", False), ("a", None)]


def test_a_killed_run_goes_on_without_paying_again(shop: Workshop) -> None:
    slow = COUNTING.replace("    return", "    import time; time.sleep(0.3)\n    return")
    cases = "".join(f"  - {{id: c{number}, turns: [T{number}]}}\n" for number in range(6))
    shop.write(f"{COUNTED}cases:\n{cases}", bot=slow)
    program = (
        "from pathlib import Path\nfrom tests.evals.suites import Workshop\n"
        f"Workshop(Path({str(shop.folder)!r})).run()\n"
    )
    root = str(Path(__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": root}
    killed = subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=shop.folder)
    until = time.monotonic() + 60
    while time.monotonic() < until and not (
        (shop.folder / "asked.txt").exists() and len(asked(shop)) >= 3
    ):
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    paid = asked(shop)
    assert len(shop.run()) + len(paid) - 1 >= 6
    results = list(load_run(shop.folder / "run").results)
    assert [result.case for result in results] == [f"c{number}" for number in range(6)]
    assert len(asked(shop)) <= 7, "at most the call in flight is paid for twice"


def test_what_fails_once_is_tried_again(shop: Workshop) -> None:
    bot = (
        "tries = []\ndef reply(request):\n    tries.append(1)\n"
        "    if len(tries) < 2: raise ConnectionError('gone')\n    return 'Hello'\n"
    )
    shop.write(COUNTED + "cases:\n  - {id: x, turns: [One]}\n", bot=bot)
    assert shop.run()[0].error is None


def test_what_fails_every_time_is_an_error_of_its_case_alone(shop: Workshop) -> None:
    bot = (
        "def reply(request):\n    if request.text == 'bad': raise ValueError('no')\n"
        "    return 'fine'\n"
    )
    step = "{user: Hi, checks: [{contains: fine}]}"
    cases = f"  - {{id: a, turns: [Hi, bad]}}\n  - {{id: b, turns: [{step}]}}\n"
    shop.write(f"{COUNTED}retries: 0\ncases:\n{cases}", bot=bot)
    bad, good = shop.run()
    assert (bad.error, bad.passed, bad.score) == ("ValueError: no", False, 0.0)
    assert [turn.user for turn in bad.turns] == ["Hi"], "what was said until then is kept"
    assert good.passed


def test_a_case_that_hangs_is_given_up(shop: Workshop) -> None:
    bot = (
        "import time\ndef reply(request):\n"
        "    if request.text == 'hang': time.sleep(60)\n    return 'fine'\n"
    )
    cases = "  - {id: a, turns: [hang]}\n  - {id: b, turns: [Hi]}\n"
    shop.write(f"{COUNTED}timeout_s: 0.2\ncases:\n{cases}", bot=bot)
    results = {result.case: result for result in shop.run()}
    assert results["a"].error == "It took longer than 0.2 s. Raise 'timeout_s', or look why."
    assert results["b"].error is None


def test_what_cannot_be_opened_ends_the_run_before_it_begins(shop: Workshop) -> None:
    shop.write("name: a\nmodel: qwen2.5-coder-1.5b-instruct\ncases:\n  - {id: x, turns: [Hi]}\n")
    with pytest.raises(ModelNotInstalled), shop.runner():
        pass
    assert not (shop.folder / "run").exists()


def test_code_that_is_not_there_is_told(shop: Workshop) -> None:
    shop.write(
        COUNTED.replace("bot.py:reply", "bot.py:answer") + "cases:\n  - {id: x, turns: [Hi]}\n"
    )
    with pytest.raises(SuiteInvalid, match=r"no file '.*bot\.py'"), shop.runner():
        pass
    (shop.folder / "bot.py").write_text(ECHO)
    with pytest.raises(SuiteInvalid, match="has no 'answer'"), shop.runner():
        pass


def test_several_cases_run_at_a_time(shop: Workshop) -> None:
    bot = (
        "from threading import Barrier\nmeet = Barrier(3, timeout=20)\n"
        "def reply(request):\n    meet.wait()\n    return 'fine'\n"
    )
    cases = "".join(f"  - {{id: c{number}, turns: [T{number}]}}\n" for number in range(3))
    shop.write(f"{COUNTED}jobs: 3\ncases:\n{cases}", bot=bot)
    assert [result.error for result in shop.run()] == [None] * 3


def test_a_simulated_user_speaks_through_a_model(shop: Workshop) -> None:
    people = (
        "from langchain_core.language_models import FakeListChatModel\n"
        "def user():\n    return FakeListChatModel(responses=['Hi there', 'Any news?'])\n"
    )
    step = (
        "{simulate: Somebody curious, turns: 2, model: 'people.py:user', "
        "checks: [{contains: said}]}"
    )
    shop.write(COUNTED + f"cases:\n  - {{id: x, turns: [{step}]}}\n", bot=ECHO, people=people)
    (result,) = shop.run()
    assert [turn.user for turn in result.turns] == ["Hi there", "Any news?"]
    assert result.passed
    assert len(list(result.all_verdicts)) == 2


def test_a_runnable_gets_notes_and_history_as_messages(shop: Workshop) -> None:
    bot = (
        "from langchain_core.runnables import RunnableLambda\n"
        "bot = RunnableLambda(lambda messages: ' / '.join(m.type for m in messages))\n"
    )
    shop.write(
        "name: a\nsubject: {runnable: 'bot.py:bot'}\narms: [off, on, oracle]\n"
        f"{PEOPLE.replace(', fillers: 1', '')}cases:\n"
        "  - {id: x, persona: ana, needs: [diet], turns: [One, Two]}\n",
        bot=bot,
    )
    assert {result.arm: result.turns[-1].reply for result in shop.run()} == {
        "off": "human / ai / human",
        "on": "human / ai / human / ai / human",
        "oracle": "system / human / ai / human",
    }


def test_a_chat_model_alone_is_under_test(shop: Workshop) -> None:
    bot = (
        "from langchain_core.language_models import FakeListChatModel\n"
        "bot = FakeListChatModel(responses=['A'])\n"
    )
    shop.write(
        "name: a\nsubject: model\nmodel: 'bot.py:bot'\narms: [off]\ncases:\n"
        "  - {id: x, turns: [{choose: Q, options: [yes, no], right: [yes, no]}]}\n",
        bot=bot,
    )
    (result,) = shop.run()
    assert result.passed
    assert result.turns[0].prompt[-1].text.startswith("Q\n\nA) ")


def test_own_checks_of_a_file_are_found(shop: Workshop) -> None:
    own = (
        "from evals.checks import Seen, check\n\n"
        "@check\ndef shouting(seen: Seen, shouting: int) -> bool:\n"
        "    return seen.reply.count('!') >= shouting\n"
    )
    shop.write(
        COUNTED + "checks_from: own.py\ncases:\n"
        "  - {id: x, turns: [{user: 'Hey!!', checks: [{shouting: 2}, {shouting: 3}]}]}\n",
        bot=ECHO,
        own=own,
    )
    (result,) = shop.run()
    assert [verdict.passed for verdict in result.all_verdicts] == [True, False]
    assert [verdict.check for verdict in result.all_verdicts] == ["shouting: 2", "shouting: 3"]


def test_a_suites_checks_look_at_every_reply(shop: Workshop) -> None:
    shop.write(
        f"{COUNTED}checks: [no_leak: true]\n{PEOPLE}"
        "cases:\n  - {id: x, persona: ana, turns: [Hi, About zanzibar]}\n",
        bot=ECHO,
    )
    (result,) = shop.run()
    assert reasons(result) == [
        "none of 1 canaries shows",
        "the reply holds 'zanzibar' of somebody else",
    ]


def test_a_run_is_a_header_and_a_line_a_result(shop: Workshop) -> None:
    shop.write(
        COUNTED + "seed: 7\ncases:\n  - {id: x, tags: [a], hard: true, turns: [Hi]}\n", bot=ECHO
    )
    shop.run()
    header, line = (shop.folder / "run" / "results.jsonl").read_text().splitlines()
    assert json.loads(header)["suite"] == "tiny"
    assert json.loads(line)["tags"] == ["a"]
    run = load_run(shop.folder / "run")
    assert (run.header.arms, run.header.seed, dict(run.header.models)) == (
        ("on",),
        7,
        {"on": "bot.py:reply"},
    )
    assert [result.is_hard for result in run.results_of("on")] == [True]
    assert list(run.results_of("off")) == []


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataNotFound, match=r"no results\.jsonl lies there"):
        load_run(tmp_path)
    (tmp_path / "results.jsonl").write_text("{}\n")
    with pytest.raises(UnknownFormat, match="its first line is no header"):
        load_run(tmp_path)


def test_memory_stays_flat_however_many_results_there_are(shop: Workshop) -> None:
    (shop.folder / "rows.csv").write_text("n\n" + "".join(f"{n}\n" for n in range(400)))
    shop.write(
        COUNTED + "cases:\n  - {id: 'c{{ n }}', data: rows.csv, turns: ['{{ n }}']}\n", bot=ECHO
    )
    with shop.runner() as runner:
        results = runner.results()
        for _ in range(200):
            next(results)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        assert sum(1 for _ in results) == 200
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    assert grown < 400_000
