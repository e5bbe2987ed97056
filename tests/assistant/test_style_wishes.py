import pytest

from assistant.style_wishes import read_wishes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Keep your answers short.", {"length": "short"}),
        ("please keep it brief", {"length": "short"}),
        ("I don't like long answers.", {"length": "short"}),
        ("Your replies are too long for me, make them shorter", {"length": "short"}),
        ("Skip the introductions and get to the point.", {"length": "short"}),
        ("less detail please", {"length": "short"}),
        ("I like answers with lots of detail.", {"length": "detailed"}),
        ("your answers are too short", {"length": "detailed"}),
        ("Always answer in two sentences at most.", {"length": "2 sentences"}),
        ("Keep replies under one hundred words.", {"length": "100 words"}),
        ("Answer in one word", {"length": "1 word"}),
        ("No emojis please.", {"emoji": "none"}),
        ("Can you please stop using emojis?", {"emoji": "none"}),
        ("emoji-free, please", {"emoji": "none"}),
        ("Use an emoji now and then", {"emoji": "some"}),
        ("Never use bullet points.", {"format": "plain"}),
        ("Headlines and bold text annoy me, plain text only.", {"format": "plain"}),
        ("I'd rather have bullet points", {"format": "lists"}),
        ("I find bullet lists easier to read than paragraphs.", {"format": "lists"}),
        ("From now on, answer in Spanish.", {"language": "es"}),
        ("Could you always reply in french?", {"language": "fr"}),
        ("Speak to me in German from now on", {"language": "de"}),
        ("I'd like you to answer in formal language.", {"formality": "formal"}),
        ("You don't need to be so formal with me.", {"formality": "casual"}),
        ("Address me informally.", {"formality": "casual"}),
        ("Talk to me like a friend.", {"formality": "casual"}),
        ("Call me Ana.", {"name": "Ana"}),
        ("My friends call me Tess, so should you.", {"name": "Tess"}),
        ("I go by Sam.", {"name": "Sam"}),
        (
            "Keep it short, no emojis, and in Dutch: answer in Dutch",
            {
                "length": "short",
                "emoji": "none",
                "language": "nl",
            },
        ),
    ],
)
def test_a_wish_is_read_from_many_wordings(text: str, expected: dict[str, str]) -> None:
    assert dict(read_wishes(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Always use Celsius.",
        "When I ask for code, only show me the code, short.",
        "Whenever I write in French, answer in French",
        "Keep it short in emails",
        "Please don't answer in French",
        "Don't call me sir.",
        "Don't call me Annie",
        "Call me later",
        "Use plain English with me.",
        "English is my third language.",
        "Ask me before you give long lists.",
        "Stop apologising all the time.",
        "",
    ],
)
def test_what_is_not_clear_or_holds_only_sometimes_is_left_to_the_model(text: str) -> None:
    assert read_wishes(text) == []
