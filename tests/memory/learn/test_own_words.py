import pytest

from memory.learn.own_words import own_sentences


def own(message: str) -> list[str]:
    return [each.text for each in own_sentences(message)]


@pytest.mark.parametrize(
    ("message", "sentences"),
    [
        ("I live in Porto. I love jazz!", ["I live in Porto.", "I love jazz!"]),
        ("Dr. Silva is my doctor. I like her.", ["Dr. Silva is my doctor.", "I like her."]),
        ("- I love jazz\n- I hate rain", ["I love jazz", "I hate rain"]),
        ('"I love jazz"', ["I love jazz"]),
        ("I love the 'Blue' one.", ["I love the 'Blue' one."]),
        ("   ", []),
    ],
)
def test_what_the_user_typed_is_theirs_sentence_by_sentence(
    message: str, sentences: list[str]
) -> None:
    assert own(message) == sentences


@pytest.mark.parametrize(
    "message",
    [
        "```\nI love jazz\n```",
        "~~~\nI love jazz",
        "    I love jazz",
        "song = 'I love jazz'",
        "<note>I love jazz</note>",
        "> I love jazz",
        "User: I love jazz\nBot: Me too",
        "Dear Tom,\nI love jazz.\nI hate rain.\nBest regards,\nMia",
        "Hello Tom,\nI live here and love it.\nI hate rain.\nYours faithfully, Mia Moss",
        "Let's role-play. I am a pirate.",
        "Pretend that I am a king.",
        "Act as my doctor. I have a cold.",
        "You are a pirate. I love rum.",
        "Imagine I live on Mars.",
        "Suppose I live in Rome. I work at the zoo.",
        "What if I am a teacher?",
        "I had 5 apples and ate 2. How many apples do I have left?",
    ],
)
def test_what_somebody_else_or_nobody_says_is_not(message: str) -> None:
    assert own(message) == []


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("I love jazz\n> I hate rain", ["I love jazz"]),
        ('She wrote "I love jazz very much" to me.', ["She wrote", "to me."]),
        ("I love jazz. Suppose I live in Rome. I hate rain.", ["I love jazz."]),
        ("Translate this into French:\nI love jazz.", ["Translate this into French:"]),
        ("I love jazz.\n\nPlease correct the text above.", ["Please correct the text above."]),
        ("Write a story about a king. I am Arthur.", ["Write a story about a king."]),
        ("Here is my cover letter. I am a nurse.", ["Here is my cover letter."]),
        ("Can you fix my grammar?\n\nI am Al. I like tea. I ski.", ["Can you fix my grammar?"]),
    ],
)
def test_what_is_handed_over_is_told_from_the_words_around_it(
    message: str, kept: list[str]
) -> None:
    assert own(message) == kept


def test_of_a_pasted_text_only_a_short_first_or_last_paragraph_is_the_users() -> None:
    pasted = "They said that I live in Rome. " * 100
    assert own(f"I love jazz.\n\n{pasted}\n\nI hate rain.") == ["I love jazz.", "I hate rain."]
    assert own(pasted) == []


@pytest.mark.parametrize(
    "message",
    ["  I live in Porto.  I love jazz!\n", "- I ski\n- I “hate rain”", '"I love jazz"'],
)
def test_a_sentence_says_where_it_stands(message: str) -> None:
    sentences = own_sentences(message)
    assert sentences
    assert [message[each.start : each.end] for each in sentences] == [
        each.text for each in sentences
    ]
