from assistant import Assistant
from tests.doubles import Clock, RecordingChatModel


def test_a_prompt_tells_what_binds_first_then_wishes_then_the_rest(
    bespoke: Assistant, model: RecordingChatModel
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I love jazz", kind="preference")
    ana.memories.add("Keep it short", kind="style")
    ana.memories.add("I row", kind="fact")
    ana.memories.pin(ana.memories.list()[0].id)
    ana.memories.add("I'm vegan", kind="constraint")
    ana.chat("Hello")
    notes = [line for line in model.prompt().splitlines() if line.startswith("- the user said")]
    assert notes == [
        '- the user said (must): "I\'m vegan"',
        '- the user said: "I row"',
        '- the user said: "Keep it short"',
        '- the user said: "I love jazz"',
    ]


def test_what_was_said_twice_takes_one_line(
    bespoke: Assistant, model: RecordingChatModel, clock: Clock
) -> None:
    ana = bespoke.user("ana")
    ana.memories.add("I live in Porto.")
    clock.advance(hours=1)
    ana.memories.add("i live in porto")
    ana.chat("Hello")
    assert model.prompt().count("- the user said") == 1
    assert '"i live in porto"' in model.prompt()
