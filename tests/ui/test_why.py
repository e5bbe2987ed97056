import re
from collections.abc import Callable, Sequence
from threading import Event
from time import sleep
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from assistant import Assistant
from assistant.chat_models.scoring import Scored
from tests.doubles import RecordingChatModel, ScoringChatModel
from tests.ui.browser import Browser, Refused, Shown
from ui.transcript import why_line


class PausingChatModel(ScoringChatModel):
    """Calls `on_score` before it scores."""

    on_score: Callable[[], None] | None = None

    def score_reply(
        self,
        prompt: Sequence[BaseMessage],
        reply: str,
        *,
        most_tokens: int,
        is_wanted: Callable[[], bool],
    ) -> Scored | None:
        if self.on_score:
            self.on_score()
        return super().score_reply(prompt, reply, most_tokens=most_tokens, is_wanted=is_wanted)


@pytest.fixture
def model() -> PausingChatModel:
    return PausingChatModel(reply="Penguins penguins penguins.")


def reply_in(chat: Any) -> str:
    """The id that the last link to an explanation names."""
    lines = chat["value"] if isinstance(chat, dict) else chat
    links = re.findall(r"\(#why/(\w+)\)", str(lines))
    return str(links[-1])


def open_panel(browser: Browser, reply: str) -> Shown:
    return browser.click("why-door", event="select", given={"reply": reply})


@pytest.fixture
def asked(bespoke: Assistant, ana: Browser) -> str:
    for text in ("I like penguins", "I live in Porto"):
        bespoke.user("Ana").memories.add(text)
    return reply_in(ana.say("Which penguins do I like?")[-1]["chat"])


def test_the_panel_says_what_a_reply_was_given_and_why(ana: Browser, asked: str) -> None:
    shown = open_panel(ana, asked)
    assert shown["why"]["visible"] is True
    looked_up, known = shown["why-given"].split("**Known anyway**")
    assert "“I like penguins”" in looked_up
    assert "has words of yours: penguins" in looked_up
    assert "“I live in Porto”" in known
    assert "▰" not in shown["why-given"]


def test_it_shows_the_prompt_as_it_was_sent_and_the_cost(
    ana: Browser, asked: str, model: RecordingChatModel
) -> None:
    shown = open_panel(ana, asked)
    for message in model.asked[-1]:
        assert message.text in shown["why-prompt"]
    assert "- Written: 3 tokens" in shown["why-numbers"]
    assert "- Until the first word: " in shown["why-numbers"]


def test_what_the_reply_leans_on_is_measured_on_request(ana: Browser, asked: str) -> None:
    open_panel(ana, asked)
    seen = list(ana.watch("measure"))
    assert seen[0]["stop-measuring"]["visible"] is True
    assert seen[0]["why-measured"]["value"].startswith("Measuring")
    last = seen[-1]
    first = last["why-given"].split("\n- ")[1]
    assert "I like penguins" in first
    assert "the reply leans on it" in first
    assert "▰" in first
    assert "Measured by reading the reply again" in last["why-measured"]["value"]


def test_measuring_ends_when_it_is_stopped(
    ana: Browser, asked: str, model: PausingChatModel
) -> None:
    scored, go_on = [], Event()

    def pause() -> None:
        scored.append(1)
        go_on.wait(10)

    model.on_score = pause
    open_panel(ana, asked)
    for each in ana.watch("measure"):
        shown = each
        if scored and not go_on.is_set():
            ana.press("stop-measuring")
            sleep(0.5)  # the press is on its way
            go_on.set()
    assert len(scored) == 1
    assert shown["why-measured"]["visible"] is False
    assert shown["measure"]["visible"] is True


def test_a_kept_conversation_still_explains_its_replies(
    ana: Browser, asked: str, address: str
) -> None:
    [conversation] = ana.conversations().values()
    shown = ana.click("conversations", conversation, event="input")
    assert reply_in(shown["chat"]) == asked


def test_a_temporary_reply_has_no_explanation(ana: Browser) -> None:
    ana.click("temporary", True, event="input")
    assert "#why/" not in str(ana.say("Which penguins?")[-1]["chat"])


def test_another_users_reply_is_not_explained(ana: Browser, asked: str, address: str) -> None:
    ben = Browser(address)
    ben.choose("Ben")
    ben.open()
    with pytest.raises(Refused):
        open_panel(ben, asked)


def test_hostile_words_in_a_memory_stay_text(bespoke: Assistant, ana: Browser) -> None:
    bespoke.user("Ana").memories.add("<img src=x onerror=alert(1)> **penguins** [x](#why/1)")
    shown = open_panel(ana, reply_in(ana.say("Which penguins do I like?")[-1]["chat"]))
    assert "\\<img src=x" in shown["why-given"]
    assert "\\*\\*penguins" in shown["why-given"]
    assert "\\[x](#why/1)" in shown["why-given"]


def test_closing_the_panel_hides_it(ana: Browser, asked: str) -> None:
    open_panel(ana, asked)
    assert ana.click("why-close")["why"]["visible"] is False


def test_a_link_names_the_reply_and_nothing_else() -> None:
    assert why_line("a/b) x")["content"] == "[Why this reply?](#why/a%2Fb%29%20x)"
