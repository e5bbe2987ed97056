from assistant import Assistant, Reply, Usage
from assistant.types import Mind
from memory.types import Learned
from ui.marks import chip
from ui.transcript import kept_lines, learned_by, minded_by, why_line


def reply(**given: object) -> Reply:
    fields = {"id": "1", "conversation_id": "1", "text": "Hi", "offered": (), "used": ()}
    return Reply.model_validate({**fields, "usage": Usage(), **given})


def test_what_was_learned_is_told_with_what_it_replaced(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    old = ana.memories.add("I live in Porto")
    new = ana.memories.edit(old.id, "I live in <b>Berlin</b>")
    (line,) = learned_by(reply(learned=(Learned(action="updated", memory=new, replaced=old),)))
    chip = rf"[“I live in \<b>Berlin\</b>”](#memory/{new.id}/1)"
    assert line["content"] == f"Learned {chip} instead of “I live in Porto”"


def test_what_was_minded_is_told() -> None:
    mind = Mind(memory_id="7", text="I'm vegan", why="you asked about food")
    (line,) = minded_by(reply(minded=(mind,)))
    assert line["content"] == "Minded [“I'm vegan”](#memory/7/1)"


def test_where_nothing_was_learned_or_minded_there_is_no_line() -> None:
    assert learned_by(reply()) + minded_by(reply()) == []


def test_no_word_of_a_memory_can_leave_its_chip() -> None:
    assert chip("“a](http://evil.example) [b”", "memory", "i/d)", "r") == (
        r"[“a\](http://evil.example) \[b”](#memory/i%2Fd%29/r)"
    )


def test_an_opened_chat_shows_the_chips_again(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    known = ana.memories.add("I cook vegetarian food")
    reply = ana.chat("What vegetarian food could I cook?")
    _, answer, used, why = kept_lines(ana, reply.conversation_id)
    assert answer["metadata"] == {"id": reply.id}
    chip = f"[“I cook vegetarian food”](#memory/{known.id}/{reply.id})"
    assert used["content"] == f"Used {chip}"
    assert why == why_line(reply.id)
    ana.memories.forget(known.id)
    assert "I cook" not in str(kept_lines(ana, reply.conversation_id)[1:])
