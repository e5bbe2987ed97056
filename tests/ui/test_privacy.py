import pytest

from assistant import Assistant
from assistant.records import Purpose
from tests.ui.browser import Browser


@pytest.mark.parametrize("purpose", [str(each) for each in Purpose])
def test_a_switch_grants_and_revokes(bespoke: Assistant, ana: Browser, purpose: str) -> None:
    def is_allowed() -> bool:
        consents = bespoke.user("Ana").consent.all()
        return {str(each): allowed for each, allowed in consents.items()}[purpose]

    ana.click(f"allow-{purpose}", False, event="input")
    assert not is_allowed()
    ana.click(f"allow-{purpose}", True, event="input")
    assert is_allowed()


def test_the_tab_says_where_things_are(bespoke: Assistant, ana: Browser) -> None:
    shown = ana.click("privacy-tab", event="select")
    assert str(bespoke.settings.home) in shown["facts"]
    assert "nothing you write leaves it" in shown["facts"]
    assert shown["allow-share_with_remote"] is False


def test_without_leave_to_keep_chats_every_chat_is_temporary(
    bespoke: Assistant, ana: Browser
) -> None:
    ana.click("allow-keep_conversations", False, event="input")
    shown = ana.say("Hello")[-1]
    assert shown["notice"]["visible"]
    assert "not kept" in shown["notice"]["value"]
    assert bespoke.user("Ana").conversations() == []
