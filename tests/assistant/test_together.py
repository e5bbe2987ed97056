"""Many at once: turns of one conversation, async readers, and many users."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest
from langchain_core.messages import BaseMessage

from assistant import Assistant, Companion, Reply
from assistant.errors import ModelFailed
from memory.types import Purpose
from memory.vaults import MOST_OPEN
from tests.conftest import MakeAssistant
from tests.disk import descriptors, threads
from tests.doubles import RecordingChatModel, as_text

# As many as keep this suite fast: 200 take a minute on two busy cores, and pass.
USERS = 80
SECRET = re.compile(r"secret\d+x\d+")


class Blocking:
    """Lets a model wait before its first word until it is told to go on."""

    def __init__(self) -> None:
        self.is_asked = Event()
        self.go_on = Event()

    def __call__(self, _: object) -> None:
        self.is_asked.set()
        assert self.go_on.wait(30)


def test_a_second_turn_in_a_conversation_waits_and_says_so(make_assistant: MakeAssistant) -> None:
    blocking = Blocking()
    model = RecordingChatModel(on_asked=blocking)
    ana = make_assistant(model=model).user("ana")
    first = ana.stream("first")
    thread = Thread(target=list, args=(first,))
    thread.start()
    assert blocking.is_asked.wait(30)
    (conversation,) = ana.conversations()
    second = ana.stream("second", conversation=conversation.id)
    assert next(second).kind == "waiting"
    blocking.go_on.set()
    pieces = list(second)
    thread.join()
    assert pieces[-1].reply is not None
    assert [message.content for message in ana.messages(conversation.id)] == [
        "first",
        "That sounds good.",
        "second",
        "That sounds good.",
    ]
    assert "human: first\nai: That sounds good.\nhuman: second" in as_text(model.asked[-1])


def test_another_conversation_need_not_wait(make_assistant: MakeAssistant) -> None:
    blocking = Blocking()
    model = RecordingChatModel(on_asked=blocking)
    bespoke = make_assistant(model=model)
    thread = Thread(target=bespoke.user("ana").chat, args=("first",))
    thread.start()
    assert blocking.is_asked.wait(30)
    model.on_asked = None
    assert bespoke.user("ana").chat("second").is_complete
    assert bespoke.user("bea").chat("third").is_complete
    blocking.go_on.set()
    thread.join()
    assert len(bespoke.user("ana").conversations()) == 2


def test_a_stopped_turn_lets_the_next_one_begin(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    pieces = ana.stream("first")
    next(pieces)
    pieces.close()
    assert next(ana.stream("second")).kind == "text"


def test_deleting_waits_for_the_turn_and_takes_all_of_it(make_assistant: MakeAssistant) -> None:
    blocking = Blocking()
    bespoke = make_assistant(model=RecordingChatModel(on_asked=blocking))
    ana = bespoke.user("ana")
    turn = Thread(target=ana.chat, args=("first",))
    turn.start()
    assert blocking.is_asked.wait(30)
    (conversation,) = ana.conversations()
    deletion = Thread(target=ana.delete, args=(conversation.id,))
    deletion.start()
    assert ana.conversations() != []
    blocking.go_on.set()
    turn.join()
    deletion.join()
    assert ana.conversations() == []


def test_astream_gives_what_stream_gives(bespoke: Assistant) -> None:
    async def read() -> list[str]:
        return [piece.text async for piece in bespoke.user("ana").astream("Hello")]

    assert "".join(asyncio.run(read())) == "That sounds good."


def test_astream_raises_what_stream_raises(make_assistant: MakeAssistant) -> None:
    def fail(_: list[BaseMessage]) -> None:
        raise RuntimeError("broken")

    async def read(ana: Companion) -> None:
        async for _ in ana.astream("Hello"):
            pass

    ana = make_assistant(model=RecordingChatModel(on_asked=fail)).user("ana")
    with pytest.raises(ModelFailed):
        asyncio.run(read(ana))


def test_cancelling_astream_stops_the_model_and_keeps_what_was_said(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")

    async def read_one_and_wait(has_one: asyncio.Event) -> None:
        async for _ in ana.astream("Hello"):
            has_one.set()
            await asyncio.sleep(60)

    async def cancel() -> None:
        has_one = asyncio.Event()
        task = asyncio.create_task(read_one_and_wait(has_one))
        await has_one.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert model.ended_early == 1
    (conversation,) = ana.conversations()
    said = ana.messages(conversation.id)[-1]
    assert (said.content, said.is_complete) == ("That", False)
    assert ana.chat("Go on").is_complete


def test_two_processes_worth_of_assistants_share_a_home(make_assistant: MakeAssistant) -> None:
    first, second = make_assistant(), make_assistant()
    reply = first.user("ana").chat("Hello from the first")
    ana = second.user("ana")
    ana.chat("Hello from the second", conversation=reply.conversation_id)
    contents = [message.content for message in first.user("ana").messages(reply.conversation_id)]
    assert contents[::2] == ["Hello from the first", "Hello from the second"]


def messages_of(user: int) -> Iterator[dict[str, str]]:
    for number in range(50):
        content = f"My word of the day is secret{user}x{number}, about my day"
        yield {"id": f"m{number}", "role": "user", "content": content}


def test_many_users_at_once_never_see_one_another(
    make_assistant: MakeAssistant, tmp_path: Path
) -> None:
    model = RecordingChatModel()
    bespoke = make_assistant(model=model)
    before = descriptors(), threads()

    def live(number: int) -> None:
        """Import, learn, chat, search, list and export as one user; see only one's own words."""
        user = bespoke.user(f"user {number}")
        assert user.import_messages(messages_of(number)).added == 50
        user.memories.add(f"My word is secret{number}x99")
        reply = user.chat(f"What was my word of the day about my day, secret{number}x7?")
        export = tmp_path / f"{number}.jsonl"
        user.export(export)
        seen = [
            *(item.text for item in reply.offered),
            *(item.text for item in user.recall("My word of the day", limit=60, gate=False)),
            *(item.text for item in user.memories.search("word")),
            *(each.text for each in user.memories.list()),
            *(each.title for each in user.conversations()),
            *(message.content for message in user.messages("imported")),
            export.read_text(),
        ]
        owners = {found.split("x")[0] for found in SECRET.findall("\n".join(seen))}
        assert owners == {f"secret{number}"}

    with ThreadPoolExecutor(20) as pool:
        for _ in pool.map(live, range(USERS)):
            pass
    assert len(model.asked) == USERS
    for asked in model.asked:
        assert len({found.split("x")[0] for found in SECRET.findall(as_text(asked))}) == 1
    assert len(bespoke.users()) == USERS
    assert descriptors() - before[0] < MOST_OPEN * 20 + 40
    assert threads() - before[1] < MOST_OPEN * 10 + 40


def test_hostile_names_chat_without_seeing_one_another(
    make_assistant: MakeAssistant,
) -> None:
    bespoke = make_assistant()
    names = ["ana", "Ana", "ana ", "../ana", "ana/..", "", "a\x00na", "\ud800", "x" * 300]

    def chat(name: str) -> Reply:
        bespoke.user(name).memories.add(f"My name is {name!a}")
        return bespoke.user(name).chat("My name is what?")

    replies = [chat(name) for name in names]
    for name, reply in zip(names, replies, strict=True):
        assert [item.text for item in reply.offered] == [f"My name is {name!a}"]
    assert bespoke.users() == sorted(names)


def test_a_consent_holds_for_one_user_alone(bespoke: Assistant) -> None:
    bespoke.user("ana").consent.grant(Purpose.SHARE_WITH_REMOTE)
    assert bespoke.user("ana").consent[Purpose.SHARE_WITH_REMOTE]
    assert not bespoke.user("bea").consent[Purpose.SHARE_WITH_REMOTE]
    assert bespoke.users() == ["ana"]
