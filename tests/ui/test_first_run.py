"""The first run, the starters and the look, spoken to as Gradio's page does."""

import pytest

from assistant import Assistant
from tests.conftest import MakeAssistant
from tests.doubles import RemoteChatModel
from tests.ui.browser import Browser, Refused, Shown, texts
from tests.ui.conftest import served

NOTHING = ("", "", "", "", "")


def starters(shown: Shown) -> list[str]:
    return [each["text"] for each in shown["starters"]["starters"]]


def test_an_unknown_user_is_asked_and_told_where_things_are(
    bespoke: Assistant, ana: Browser
) -> None:
    shown = ana.open()
    assert shown["first-run"]["visible"]
    assert f"`{bespoke.settings.home}`" in shown["first-kept"]


def test_answers_are_kept_and_the_questions_never_come_back(
    bespoke: Assistant, ana: Browser
) -> None:
    shown = ana.click("first-save", "Ana", "cooking", "short", "", "peanuts")
    assert shown["first-run"]["visible"] is False
    assert [each.text for each in bespoke.user("Ana").memories.list()] == [
        "Never suggest peanuts",
        "Keep your replies short",
        "I like to talk about cooking",
        "Call me Ana",
    ]
    assert ana.open()["first-run"]["visible"] is False


@pytest.mark.parametrize(("button", "answers"), [("first-skip", ()), ("first-save", NOTHING)])
def test_all_of_it_can_be_skipped_for_good(
    bespoke: Assistant, ana: Browser, button: str, answers: tuple[str, ...]
) -> None:
    assert ana.click(button, *answers)["first-run"]["visible"] is False
    assert ana.open()["first-run"]["visible"] is False
    assert bespoke.user("Ana").memories.list() == []


def test_somebody_else_is_asked_on_their_own(ana: Browser, address: str) -> None:
    ana.click("first-skip")
    ben = Browser(address)
    ben.choose("Ben")
    assert ben.open()["first-run"]["visible"]


def test_a_message_ends_the_first_run(ana: Browser) -> None:
    ana.say("Hello")
    assert ana.open()["first-run"]["visible"] is False


def test_a_length_that_there_is_not_is_refused(ana: Browser) -> None:
    with pytest.raises(Refused):
        ana.click("first-save", "Ana", "", "endless", "", "")


def test_a_remote_model_is_named_in_the_first_run(make_assistant: MakeAssistant) -> None:
    assistant = make_assistant(model=RemoteChatModel())
    with served(assistant, port=41_780) as address:
        ana = Browser(address)
        ana.choose("Ana")
        ana.open()
        told = ana.after_opening("first-kept")["first-kept"]
        assert f"a model at **{assistant.model_host()}**" in told


def test_a_starter_is_written_into_the_box_and_its_use_remembered(
    bespoke: Assistant, ana: Browser
) -> None:
    chosen = bespoke.user("Ana").interface.starters()[3]
    shown = ana.click("starters", event="select", given={"id": chosen.id, "text": chosen.text})
    assert shown["message"] == chosen.text
    again = bespoke.user("Ana").interface.starters()
    assert chosen.id in {each.id for each in again[:3]}


def test_starters_fit_the_user(bespoke: Assistant, ana: Browser) -> None:
    bespoke.user("Ana").memories.add("I want to learn Portuguese", kind="goal")
    assert "Help me learn Portuguese" in starters(ana.after_opening("starters"))


def test_a_look_that_was_chosen_is_there_again(ana: Browser) -> None:
    shown = ana.click("look-text_size", "largest", event="input")
    assert shown["look"]["text_size"] == "largest"
    assert ana.open()["look"]["text_size"] == "largest"
    assert ana.click("look-text_size", "", event="input")["look"]["text_size"] == "normal"


def test_what_was_adapted_is_told_with_the_reason_and_undone_with_one_click(
    ana: Browser,
) -> None:
    ana.say("bigger text please")
    shown = ana.open()
    assert shown["look"]["text_size"] == "large"
    assert shown["adapted"]["visible"]
    assert shown["adapted-why"] == ("Text size: Large, because you said “bigger text please”.")
    shown = ana.click("adapted-undo")
    assert (shown["look"]["text_size"], shown["adapted"]["visible"]) == ("normal", False)
    assert ana.open()["look"]["text_size"] == "normal"


def test_what_was_adapted_can_be_kept(bespoke: Assistant, ana: Browser) -> None:
    ana.say("bigger text please")
    ana.open()
    shown = ana.click("adapted-keep")
    assert (shown["look"]["text_size"], shown["adapted"]["visible"]) == ("large", False)
    assert bespoke.user("Ana").interface().text_size.source == "chosen"


def test_nothing_changes_in_the_middle_of_a_conversation(ana: Browser) -> None:
    for shown in ana.say("bigger text please"):
        assert "look" not in shown


def test_the_page_speaks_the_language_of_the_browser_and_the_one_that_is_chosen(
    bespoke: Assistant, ana: Browser
) -> None:
    ana.http.headers["Accept-Language"] = "de-DE,de;q=0.9,en;q=0.5"
    shown = ana.open()
    assert shown["new-chat"]["value"] == "Neuer Chat"
    assert shown["create-tab"]["label"] == "Schreiben"
    assert shown["message"]["placeholder"] == "Schreib eine Nachricht"
    assert shown["temporary"] == {**shown["temporary"], "label": "Chat auf Zeit", "value": False}
    german = [each.text for each in bespoke.user("Ana").interface.starters(language="de")]
    assert starters(ana.after_opening("starters")) == german
    assert "Keine persönliche Erinnerung verwendet" in texts(ana.say("Hallo")[-1]["chat"])
    shown = ana.click("look-language", "fr", event="input")
    assert shown["new-chat"]["value"] == "Nouveau chat"
    assert "Aucun souvenir personnel utilisé" in texts(ana.say("Salut")[-1]["chat"])
    shown = ana.click("look-language", "en", event="input")
    assert shown["new-chat"]["value"] == "New chat"


def test_words_of_the_user_are_not_translated(ana: Browser) -> None:
    ana.http.headers["Accept-Language"] = "de"
    ana.open()
    shown = ana.say("New chat")[-1]
    assert texts(shown["chat"])[0] == "New chat"
    assert [title for title, _ in shown["conversations"]["choices"]] == ["New chat"]


def test_an_export_is_told_in_the_language_of_the_page(ana: Browser) -> None:
    ana.http.headers["Accept-Language"] = "es"
    ana.open()
    ana.say("Hola")
    assert "Descargar el archivo" in ana.click("export")["exported"]["value"]
