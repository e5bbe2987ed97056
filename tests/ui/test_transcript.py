from assistant import Assistant, Reply, Usage
from assistant.types import Mind
from memory.types import Learned
from ui.transcript import learned_by, minded_by


def reply(**given: object) -> Reply:
    fields = {"id": "1", "conversation_id": "1", "text": "Hi", "offered": (), "used": ()}
    return Reply.model_validate({**fields, "usage": Usage(), **given})


def test_what_was_learned_is_told_with_what_it_replaced(bespoke: Assistant) -> None:
    ana = bespoke.user("ana")
    old = ana.memories.add("I live in Porto")
    new = ana.memories.edit(old.id, "I live in <b>Berlin</b>")
    (line,) = learned_by(reply(learned=(Learned(action="updated", memory=new, replaced=old),)))
    assert line["metadata"]["title"] == r"Learned: “I live in \<b>Berlin\</b>”"
    assert line["content"] == r"- “I live in \<b>Berlin\</b>”, not “I live in Porto” any more"


def test_what_was_minded_is_told_with_the_reason() -> None:
    mind = Mind(memory_id="1", text="I'm vegan", why="you asked about food")
    (line,) = minded_by(reply(minded=(mind,)))
    assert line["metadata"]["title"] == "Minded: “I'm vegan”"
    assert line["content"] == "- you asked about food"


def test_where_nothing_was_learned_or_minded_there_is_no_line() -> None:
    assert learned_by(reply()) + minded_by(reply()) == []
