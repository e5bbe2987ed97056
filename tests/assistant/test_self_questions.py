import pytest

from assistant.self_questions import read_question

# A wording, what kind of question it is, and about what.
QUESTIONS = [
    ("what do you know about me?", "everything", ""),
    ("What do you know about me so far?", "everything", ""),
    ("hey, what do you remember about me", "everything", ""),
    ("tell me everything you know about me", "everything", ""),
    ("what have I told you about myself?", "everything", ""),
    ("what did you learn about me?", "everything", ""),
    ("Who am I?", "everything", ""),
    ("do you remember me?", "everything", ""),
    ("what's my name?", "slot", "name"),
    ("Whats my name", "slot", "name"),
    ("do you know my name?", "slot", "name"),
    ("do you remember what I'm called", "slot", "name"),
    ("Can you tell me my name please?", "slot", "name"),
    ("what is my name again?", "slot", "name"),
    ("where do I live?", "slot", "home"),
    ("do you know where I live?", "slot", "home"),
    ("which city do I live in?", "slot", "home"),
    ("what city do i live in", "slot", "home"),
    ("what's my job?", "slot", "job"),
    ("do you remember my job?", "slot", "job"),
    ("what do I do for a living?", "slot", "job"),
    ("where do I work?", "slot", "employer"),
    ("how old am I?", "slot", "age"),
    ("do you know how old I am", "slot", "age"),
    ("when is my birthday?", "slot", "birthday"),
    ("when was I born?", "slot", "birthday"),
    ("where was I born?", "slot", "birthplace"),
    ("where am I from?", "slot", "origin"),
    ("what do I like to eat?", "likes", "food"),
    ("what do I like?", "likes", ""),
    ("what music do I like?", "likes", "music"),
    ("What kind of films do I enjoy?", "likes", "film and series"),
    ("what are my hobbies?", "likes", ""),
    ("what's my favourite colour?", "likes", "colour"),
    ("do you remember my favourite food?", "likes", "food"),
    ("what don't I like?", "dislikes", ""),
    ("what do I hate?", "dislikes", ""),
    ("what am I allergic to?", "limits", "allergies"),
    ("do I have any allergies?", "limits", "allergies"),
    ("what can't I eat?", "limits", "eating"),
    ("what are my goals?", "goals", ""),
    ("what did I tell you about my daughter?", "relation", "daughter"),
    ("what's my daughter's name?", "relation", "daughter"),
    ("what is my dog called?", "relation", "dog"),
    ("what are my kids called?", "relation", "child"),
    ("do you know my wife's name?", "relation", "wife"),
    ("do I have any pets?", "relation", "pet"),
    ("what pets do I have?", "relation", "pet"),
    ("how many kids do I have?", "relation", "child"),
    ("who is my boss?", "relation", "boss"),
    ("who is Mia?", "name", "mia"),
    ("what do you know about my daughter?", "relation", "daughter"),
    ("what do you know about Mia?", "name", "mia"),
    ("What have I told you about Lisbon?", "told", "lisbon"),
    ("do you remember what I said about the marathon?", "told", "marathon"),
    ("what's my budget?", "own", "budget"),
    ("do you remember my car?", "own", "car"),
    ("how old is my daughter?", "relation", "daughter"),
    ("What\u2019s my name?", "slot", "name"),
    ("what languages do I speak?", "slot", "language"),
    ("am I married?", "slot", "relationship"),
    ("so, where do i live again?", "slot", "home"),
    ("hello! do you know what I like?", "likes", ""),
    ("what do you know about my job", "slot", "job"),
]


@pytest.mark.parametrize(("text", "kind", "subject"), QUESTIONS)
def test_questions_about_oneself_are_recognised(text: str, kind: str, subject: str) -> None:
    question = read_question(text)
    assert question is not None
    assert (question.kind, question.subject) == (kind, subject)


@pytest.mark.parametrize(
    "text",
    [
        "what's my next step in this code?",
        "where do I find the settings?",
        "what do you know about the French Revolution?",
        "What do you know about me as an AI developer would?",
        "what's my name in Japanese?",
        "where do I live in this simulation if x = 3?",
        "write a poem about my daughter",
        "what should I eat?",
        "what do I like about this poem",
        "How do I remember names?",
        "what do I do now?",
        "what do I do next?",
        "what do I do if my dog eats chocolate?",
        "what's my best option here?",
        "how old is the universe?",
        "when was Napoleon born?",
        "where do I work on this file?",
        "where do I start?",
        "what do I need to know about Python?",
        "My name is Ana. What's the capital of Peru?",
        "what do you know about me? and write a poem about it",
        "do you know Paris?",
        "what is my function doing wrong?",
        "what did I do wrong?",
        "do you remember the plot of Hamlet?",
        "what would I like?",
        "do I have to pay taxes?",
        "do I have time?",
        "what does my dog eat?",
        "who am I speaking with?",
        "what am I doing wrong here?",
        "which language do I use for web development?",
        "what did Einstein say about God?",
        "what do you like to eat?",
        "what's your name?",
        "where do you live?",
        "do you have any pets?",
        "what's the name of my variable?",
        "Tell me about me and my friends going to space",
        "",
        "?",
        "what do you know about me " * 9,
    ],
)
def test_other_messages_are_not(text: str) -> None:
    assert read_question(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "what do you know about Mozart?",
        "who is Einstein?",
        "what's my mistake?",
        "what is my IP address?",
        "what is my purpose?",
    ],
)
def test_what_may_be_about_the_world_is_no_certain_question(text: str) -> None:
    question = read_question(text)
    assert question is not None
    assert not question.is_certain
