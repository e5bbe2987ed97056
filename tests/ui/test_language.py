import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.starters import known_starters
from ui.language import ENGLISH, LANGUAGES, speak, spoken, table, tr
from ui.layout import make_blocks
from ui.open_pages import OpenPages
from ui.translation import Translation

OTHERS = sorted(LANGUAGES.keys() - {ENGLISH})
UI = Path(__file__).parents[2] / "ui"


def literals() -> Iterator[str]:
    """The words that the code says in the user's language."""
    for path in sorted(UI.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "tr":
                for each in (node.args[0], *getattr(node.args[0], "values", ())):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield each.value


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    speak(ENGLISH)


@pytest.mark.parametrize("language", OTHERS)
def test_each_word_of_one_language_exists_in_the_others(language: str) -> None:
    assert table(language).keys() == table(OTHERS[0]).keys()
    assert all(words.strip() for words in table(language).values())


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_filled_in_has_a_place_in_every_language(language: str) -> None:
    for english, words in table(language).items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", words))


def test_all_that_the_code_says_in_other_languages_is_in_the_tables() -> None:
    assert {each for each in literals() if each} - table("de").keys() == set()


def test_nearly_all_that_a_page_is_made_with_is_in_the_tables(bespoke: Assistant) -> None:
    words = Translation(make_blocks(OpenPages(bespoke))).words()
    same_everywhere = {"## Bespoke", "Chatbot", "File", *LANGUAGES.values()}
    missing = words - table("de").keys() - same_everywhere
    assert len(missing) <= 0.05 * len(words), missing


def test_words_come_in_the_language_that_is_spoken_and_else_in_english() -> None:
    assert tr("New chat") == "New chat"
    speak("de")
    assert tr("New chat") == "Neuer Chat"
    assert tr("{count} new suggestions.", count=3) == "3 neue Vorschläge."
    assert tr("A word that nobody has translated") == "A word that nobody has translated"
    speak("tlh")
    assert (spoken(), tr("New chat")) == (ENGLISH, "New chat")


def test_starters_and_their_reasons_are_there_in_every_language(bespoke: Assistant) -> None:
    ana = bespoke.user("Ana")
    for language in OTHERS:
        here = ana.interface.starters(limit=20, language=language)
        english = ana.interface.starters(limit=20)
        assert [each.id for each in here] == [each.id for each in english]
        assert all(one.text != other.text for one, other in zip(here, english, strict=True))
    assert len(known_starters()) > 15
