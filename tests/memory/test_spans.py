import pytest

from memory.spans import MARK, Wording, Words, cut, merged, moved, sentences, telling_phrases


def without(sentence: str, text: str) -> str:
    """A text with the mark wherever the sentence stands in it."""
    return cut(text, Wording([sentence]).spans_in(text))


@pytest.mark.parametrize(
    ("sentence", "text", "expected"),
    [
        ("I'm allergic to nuts", "Hi. I'm allergic to nuts. Bye", f"Hi. {MARK}. Bye"),
        ("I'm allergic to nuts", "so I\u2019M  Allergic\nto NUTS!", f"so {MARK}!"),
        ("I'm allergic to nuts", "Im allergic, to nuts", MARK),
        ("I live in Evora", "I live in E\u0301vora\u0301.", f"{MARK}."),
        ("Wohnt an der Straße", "wohnt an der STRASSE 5", f"{MARK} 5"),
        ("我喜欢猫", "今天我喜欢猫和狗", f"今天{MARK}和狗"),
        ("हिन्दी पढ़ता हूँ", "मैं हिन्दी पढ़ता हूँ।", f"मैं {MARK}।"),
        ("tea", "tea, and steam, and Tea", f"{MARK}, and steam, and {MARK}"),
        ("I live in Porto", "I live in Portovenere", "I live in Portovenere"),
        ("!!!", "no!!!", "no!!!"),
        ("", "anything", "anything"),
    ],
)
def test_the_same_words_are_found_however_they_are_written(
    sentence: str, text: str, expected: str
) -> None:
    assert without(sentence, text) == expected


def test_several_sentences_that_overlap_are_cut_as_one() -> None:
    wording = Wording(["I like tea", "tea and cake"])
    assert wording.spans_in("Yes, I like tea and cake!") == [(5, 24)]
    assert wording.stands_in("I LIKE tea")
    assert not wording.stands_in("I like cake")


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((0, 5), (0, 5)),  # before the cut
        ((20, 25), (21, 26)),  # behind it: the mark is one character longer than what was there
        ((12, 15), (10, 21)),  # inside: it covers the mark
        ((5, 15), (5, 21)),  # into it
        ((15, 30), (10, 31)),  # out of it
        ((0, 40), (0, 41)),  # around it
    ],
)
def test_spans_move_along_with_what_is_cut(
    span: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert len(MARK) == 11
    assert moved(span, [(10, 20)]) == expected


def test_a_span_behind_two_cuts_still_covers_the_same_words() -> None:
    text = "one two three four five"
    cuts = Wording(["one", "three"]).spans_in(text)
    start, end = moved((text.index("four"), len(text)), cuts)
    assert cut(text, cuts)[start:end] == "four five"


def test_spans_are_put_in_order_and_joined() -> None:
    assert merged([(5, 8), (0, 2), (7, 9), (3, 3)]) == [(0, 2), (5, 9)]


def test_words_know_their_places() -> None:
    words = Words("Well… I'm  VEGAN")
    assert words.all == ["well", "i", "m", "vegan"]
    assert words.spans([(1, 4)]) == [(6, 16)]


def test_a_text_is_read_as_sentences() -> None:
    text = "Hi there. I'm vegan!\nWhat now"
    assert [text[start:end] for start, end in sentences(text)] == [
        "Hi there.",
        "I'm vegan!",
        "What now",
    ]


@pytest.mark.parametrize(
    ("sentence", "phrases"),
    [
        ("I am allergic to roasted peanuts", ["allergic to roasted peanuts", "roasted peanuts"]),
        ("I'm vegetarian", ["vegetarian"]),
        ("I do not want it", []),
    ],
)
def test_what_a_reply_would_repeat_of_a_sentence(sentence: str, phrases: list[str]) -> None:
    assert telling_phrases(sentence) == phrases
