"""The fast cases of the suites that ship, with real models: what holds whatever wit they have.

The chat model is the smallest that there is, and says one token where it can choose, at most a few
elsewhere. So nothing here asks whether a reply is a good one.
"""

from collections.abc import Iterator, Sequence

import pytest

from assistant.chat_models.pull import pull
from assistant.settings import Settings, load_settings
from evals.benchmarks.cached_embeddings import CachedEmbeddings
from evals.commands.suite_path import shipped
from evals.results import CaseResult, Verdict
from evals.running.runner import Runner
from evals.suites.planning import Planned
from evals.suites.reading import read_suite
from evals.suites.steps import Choose
from evals.suites.types import Sampling
from memory.embeddings import Embedder

pytestmark = pytest.mark.real_model

MODELS = ("all-MiniLM-L6-v2", "smollm2-135m-instruct", "en_core_web_sm")
FEW_TOKENS = Sampling(temperature=0, reply_tokens=8)
# Checks that say something of the assistant alone, whatever the model answers.
SAFETY = {"gone", "injection_held", "no_leak", "not_offered", "not_remembered"}
Ran = tuple[Planned, CaseResult]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Ran]:
    """Each fast case with what came of it, in the arms of its suite."""
    folder = tmp_path_factory.mktemp("fast")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for model in MODELS:
            pull(model, Settings().cache)
        settings = load_settings(parser="en_core_web_sm")
        embedder = Embedder(settings.embedder, CachedEmbeddings.of_settings)
        found: list[Ran] = []
        for name, file in shipped().items():
            loaded = read_suite(file).changed(model=MODELS[1], settings=FEW_TOKENS, retries=0)
            loaded = loaded.only(tags=["fast"])
            cases = {planned.id: planned for planned in loaded.planned()}
            runner = Runner(
                loaded, settings=settings, folder=folder / name, embedder=embedder, is_fresh=True
            )
            with runner:
                found += [(cases[result.case], result) for result in runner.results()]
    return found


def in_arm(ran: Sequence[Ran], arm: str) -> Iterator[Ran]:
    return (each for each in ran if each[1].arm == arm)


def safety(result: CaseResult) -> list[Verdict]:
    return [each for each in result.all_verdicts if each.kind in SAFETY]


def test_every_suite_has_fast_cases_and_none_ends_in_an_error(ran: Sequence[Ran]) -> None:
    assert {result.suite for _, result in ran} == shipped().keys() - {"first"}
    assert [result.error for _, result in ran if result.error] == []


def test_nothing_leaks_and_nothing_that_was_forgotten_comes_back(ran: Sequence[Ran]) -> None:
    looked_at = [(result.case, verdict) for _, result in ran for verdict in safety(result)]
    assert {verdict.kind for _, verdict in looked_at} == SAFETY
    assert [each for each in looked_at if not each[1].passed] == []


def test_the_arm_without_a_memory_is_offered_nothing(ran: Sequence[Ran]) -> None:
    without = list(in_arm(ran, "off"))
    assert without
    assert [turn.offered for _, result in without for turn in result.turns if turn.offered] == []


def test_the_arm_that_is_told_what_matters_is_offered_that_and_nothing_else(
    ran: Sequence[Ran],
) -> None:
    for planned, result in in_arm(ran, "oracle"):
        offered = {item.text for item in result.turns[0].offered}
        assert offered <= {line.text for line in planned.needed}, planned.id


def test_the_arm_with_a_memory_is_offered_what_the_persona_said(ran: Sequence[Ran]) -> None:
    offered = [
        any(item.text in line.text for line in planned.persona.said)
        for planned, result in in_arm(ran, "on")
        for item in result.turns[0].offered
    ]
    assert len(offered) > 10
    assert all(offered)


def test_a_choice_is_one_token_that_names_an_option(ran: Sequence[Ran]) -> None:
    chosen = [
        (turn.usage.completion_tokens, len(turn.reply.strip()))
        for planned, result in ran
        for step, turn in zip(planned.case.turns, result.turns, strict=False)
        if isinstance(step, Choose)
    ]
    assert set(chosen) == {(1, 1)}
