import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant.chat_models.opened import OpenedModel
from assistant.chat_models.scoring import Scored

pytestmark = pytest.mark.real_model

SYSTEM = "You are helpful. The user said: {}"
QUESTION = HumanMessage("What do I keep in my garden?")
REPLY = "You keep seven purple flamingos in your garden."


def asked(note: str) -> list[BaseMessage]:
    return [SystemMessage(SYSTEM.format(note)), QUESTION]


def score(model: OpenedModel, note: str, reply: str, *, most_tokens: int = 48) -> Scored:
    assert model.score is not None
    scored = model.score(asked(note), reply, most_tokens=most_tokens, is_wanted=lambda: True)
    assert scored is not None
    return scored


@pytest.mark.parametrize("reply", [REPLY, 'A "b"\n\\c\t  <|im_end|> [d]', "Olé 🎉🦩 日本 ☃!"])
def test_what_is_scored_is_the_reply_itself(smollm2: OpenedModel, reply: str) -> None:
    scored = score(smollm2, "Hello", reply)
    assert scored.text == reply
    assert all(-60 < amount <= 0 for amount in scored.log_probabilities)


def test_the_probabilities_are_those_that_the_model_wrote_it_with(smollm2: OpenedModel) -> None:
    """Forced tokens would all have probability 1 if the grammar came first."""
    said = smollm2.chat.bind(logprobs=True, top_logprobs=1, temperature=0, max_tokens=12)
    answer = said.invoke(asked("I keep seven purple flamingos"))
    written = [token["logprob"] for token in answer.response_metadata["logprobs"]["content"]]
    scored = score(smollm2, "I keep seven purple flamingos", str(answer.content))
    assert scored.log_probabilities == pytest.approx(written, abs=0.05)
    assert isinstance(answer, AIMessage)
    assert answer.usage_metadata is not None
    assert scored.prompt_tokens == answer.usage_metadata["input_tokens"]


def test_a_reply_is_less_probable_without_the_note_that_it_repeats(smollm2: OpenedModel) -> None:
    note = "I keep seven purple flamingos in my garden"
    assert score(smollm2, note, REPLY).mean > score(smollm2, "I like tea", REPLY).mean + 0.5


def test_only_the_beginning_is_scored_and_no_half_character(smollm2: OpenedModel) -> None:
    assert len(score(smollm2, "Hello", REPLY * 20, most_tokens=5).log_probabilities) == 5
    assert score(smollm2, "Hello", "So 🦩", most_tokens=2).text in ("So", "So ")


def test_an_empty_reply_has_no_score(smollm2: OpenedModel) -> None:
    assert smollm2.score is not None
    assert smollm2.score(asked(""), "", most_tokens=5, is_wanted=lambda: True) is None


def test_it_is_given_up_when_it_is_not_wanted_any_more(smollm2: OpenedModel) -> None:
    wanted = iter([True] * 5)
    assert smollm2.score is not None
    given_up = smollm2.score(
        asked("Hello"), REPLY * 20, most_tokens=400, is_wanted=lambda: next(wanted, False)
    )
    assert given_up is None
    assert next(wanted, None) is None
    assert score(smollm2, "Hello", REPLY).text == REPLY
