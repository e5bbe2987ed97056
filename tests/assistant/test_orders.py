"""Orders to the memory, and answers from it: none of them needs a model or real weights."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.orders import UNKNOWN, forget_order, question_about, settle
from assistant.types import Trace, Usage
from memory.embeddings import Embedder
from memory.types import Learned, Memory, Status
from memory.vault import Vault
from tests.conftest import MakeAssistant
from tests.disk import files_holding
from tests.doubles import Clock, RecordingChatModel, RemoteChatModel, WordEmbeddings
from tests.memory.memories import a_memory


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Forget that I live in Porto.", "I live in Porto"),
        ("please forget my birthday", "my birthday"),
        ("Can you delete the fact that I'm married?", "I'm married?"),
        ("Forget about my sister!", "my sister"),
        ("Stop remembering where I live", "I live"),
    ],
)
def test_an_order_to_forget_names_what(text: str, what: str) -> None:
    assert forget_order(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "Forget it.",
        "Don't forget that I live in Porto",
        "I forget my keys all the time",
        "How do I delete my account?",
        "Forget the milk",
        "",
    ],
)
def test_what_only_sounds_like_one_is_none(text: str) -> None:
    assert forget_order(text) is None


def test_what_is_told_to_be_forgotten_leaves_nothing_behind(
    bespoke: Assistant, home: Path, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.chat("I live in Porto")
    ana.memories.add("I live in Porto")
    ana.chat("What should I do today?")
    asked = len(model.asked)
    reply = ana.chat("Forget that I live in Porto")
    assert reply.text.startswith("It is forgotten, for good")
    assert "Removed: 1 memories, 2 messages" in reply.text
    assert len(model.asked) == asked
    assert ana.memories.list() == []
    said = [each.content for each in ana.messages(reply.conversation_id)]
    assert "What should I do today?" in said
    assert "Porto" not in " ".join(said)
    bespoke.settle()
    vector = Embedder.of(WordEmbeddings()).vector("I live in Porto").tobytes()
    assert files_holding(home, "Porto", vector) == []


@pytest.mark.parametrize("told", [(), ("I own a horse",)])
def test_what_was_never_told_is_not_claimed_to_be_forgotten(
    bespoke: Assistant, model: RecordingChatModel, told: tuple[str, ...]
) -> None:
    ana = bespoke.user("ana")
    for text in told:
        ana.memories.add(text)
    assert ana.chat("Forget that I live in Porto").text == UNKNOWN
    assert [each.text for each in ana.memories.list()] == list(told)
    assert model.asked == []


def test_a_temporary_chat_forgets_nothing(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I live in Porto")
    ana.chat("Forget that I live in Porto", remember=False)
    assert [each.text for each in ana.memories.list()] == ["I live in Porto"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [("Where do I live?", "You live in Porto."), ("What's my name?", "Your name is Ana.")],
)
def test_questions_about_oneself_are_answered_without_the_model(
    bespoke: Assistant, model: RecordingChatModel, question: str, expected: str
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I live in Porto")
    ana.memories.add("My name is Ana")
    reply = ana.chat(question)
    assert reply.text == expected
    assert model.asked == []
    assert ana.trace(reply.id).is_from_memory


def test_without_consent_a_remote_model_gets_no_memory_through_such_answers(
    make_assistant: MakeAssistant,
) -> None:
    remote = RemoteChatModel()
    ana = make_assistant(model=remote).user("ana")
    ana.memories.add("I live in Porto")
    for question in ("Where do I live?", "And what should I do there?"):
        assert "Porto" not in ana.chat(question).text
    assert len(remote.asked) == 2
    assert "Porto" not in "".join(map(remote.prompt, range(2)))


HARD = a_memory("I'm allergic to peanuts", strength="hard")
LIKING = a_memory("I love peanuts")


def test_one_question_is_asked_however_many_contradictions_there_are() -> None:
    other = a_memory("I love prawns")
    learned = [
        Learned(action="added", memory=a_memory("I ski")),
        Learned(action="added", memory=LIKING, contradicts=HARD),
        Learned(action="added", memory=other, contradicts=HARD),
    ]
    asked = question_about(learned)
    assert asked is not None
    question, ids = asked
    assert (question.count("?"), ids) == (1, (HARD.id, LIKING.id))
    assert HARD.text in question
    assert LIKING.text in question
    assert question_about(learned[:1]) is None


Answer = Callable[[str], tuple[str | None, list[str]]]


@pytest.fixture
def answer(tmp_path: Path, clock: Clock) -> Iterator[Answer]:
    """Says something after a reply that asked; returns what is told, and what holds then."""
    vault = Vault(tmp_path / "vault", Embedder.of(WordEmbeddings()))

    def say(text: str) -> tuple[str | None, list[str]]:
        old, new = (vault.memories.add(each.text, time=clock()) for each in (HARD, LIKING))
        message = vault.messages.add("c", "user", text, time=clock())
        told = settle(vault, message, a_trace((old, new)), clock=clock)
        return told, [each.text for each in vault.memories.list(status=Status.ACTIVE)]

    yield say
    vault.close()


def a_trace(asked: tuple[Memory, Memory] | None) -> Trace:
    return Trace(
        prompt="p",
        version=1,
        digest="d",
        model="m",
        host=None,
        offers=(),
        usage=Usage(),
        asked=(asked[0].id, asked[1].id) if asked else None,
    )


@pytest.mark.parametrize("text", ["Yes", "yes, still", "Both.", "of course"])
def test_yes_keeps_both(answer: Answer, text: str) -> None:
    told, holding = answer(text)
    assert told == "Thanks, then I keep both in mind."
    assert set(holding) == {HARD.text, LIKING.text}


@pytest.mark.parametrize("text", ["No", "no, not any more", "Not anymore.", "It doesn't"])
def test_no_lets_the_new_one_take_its_place(answer: Answer, text: str) -> None:
    told, holding = answer(text)
    assert told == "Thanks, then the earlier one no longer counts."
    assert holding == [LIKING.text]


@pytest.mark.parametrize("text", ["What is the weather like?", "No problem", "Tell me a joke"])
def test_any_other_words_settle_nothing(answer: Answer, text: str) -> None:
    told, holding = answer(text)
    assert told is None
    assert set(holding) == {HARD.text, LIKING.text}


def test_yes_settles_nothing_where_nothing_was_asked(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    assert bespoke.user("ana").chat("Yes").text == model.reply
