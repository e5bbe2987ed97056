from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from assistant.chat_models.opened import estimate_tokens, open_model
from assistant.errors import MissingExtra, MissingKey, ModelNotInstalled, UnknownModel
from assistant.settings import Settings


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def settings(tmp_path: Path, **given: Any) -> Settings:
    return Settings(home=tmp_path, cache=tmp_path, **given)


def test_a_chat_model_is_taken_as_it_is(tmp_path: Path) -> None:
    chat = FakeListChatModel(responses=["Hello"])
    opened = open_model(chat, settings(tmp_path))
    assert opened.chat is chat
    assert (opened.name, opened.host, opened.keeps_prefix) == ("FakeListChatModel", None, False)
    assert "".join(piece.text for piece in opened.stream([])) == "Hello"
    opened.drop_cache()
    opened.close()


def test_a_catalogue_name_without_weights_says_how_to_fetch_them(tmp_path: Path) -> None:
    with pytest.raises(ModelNotInstalled, match="Run: bespoke models pull smollm2"):
        open_model("smollm2-135m-instruct", settings(tmp_path))


def test_an_embedder_cannot_chat(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="is an embedder and cannot chat"):
        open_model("all-MiniLM-L6-v2", settings(tmp_path))


def test_a_missing_gguf_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotInstalled, match=r"no file '/nowhere/a\.gguf'"):
        open_model("gguf:/nowhere/a.gguf", settings(tmp_path))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("qwen2.5-coder", "Did you mean 'qwen2.5-coder-1.5b-instruct'?"),
        ("models/a.gguf", "Did you mean 'gguf:models/a.gguf'?"),
        ("nosuchprovider:x", "A model is a catalogue name (qwen2.5-coder-1.5b-instruct, smollm2"),
        ("", "A model is a catalogue name"),
        ("openai:", "A model is a catalogue name"),
    ],
)
def test_an_unknown_name_says_which_are_understood(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(UnknownModel) as caught:
        open_model(name, settings(tmp_path))
    assert hint in str(caught.value)


def test_a_missing_key_is_named_with_the_way_to_do_without(tmp_path: Path) -> None:
    with pytest.raises(MissingKey, match="as OPENAI_API_KEY; or run without a key: the default"):
        open_model("openai:gpt-5-mini", settings(tmp_path))


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingExtra, match="Run: pip install langchain-cohere"):
        open_model("cohere:command-r", settings(tmp_path))


def test_a_provider_is_opened_with_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    opened = open_model("openai:gpt-4o-mini", settings(tmp_path, temperature=0.7, reply_tokens=99))
    assert isinstance(opened.chat, ChatOpenAI)
    assert (opened.name, opened.host) == ("openai:gpt-4o-mini", "api.openai.com")
    assert (opened.chat.model_name, opened.chat.temperature) == ("gpt-4o-mini", 0.7)
    assert opened.chat.max_tokens == 99


@pytest.mark.parametrize(
    ("base_url", "host"),
    [("http://127.0.0.1:8000/v1", None), ("https://models.example/v1", "models.example")],
)
def test_a_base_url_wins_and_needs_no_key(tmp_path: Path, base_url: str, host: str | None) -> None:
    opened = open_model("openai:my-model", settings(tmp_path, base_url=base_url))
    assert isinstance(opened.chat, ChatOpenAI)
    assert (opened.chat.model_name, opened.host) == ("my-model", host)
    assert opened.chat.stream_usage is True


def test_the_key_for_a_base_url_is_sent_there_only(tmp_path: Path) -> None:
    given = settings(tmp_path, base_url="http://localhost/v1", api_key=SecretStr("mine"))
    opened = open_model("x", given)
    assert isinstance(opened.chat, ChatOpenAI)
    assert opened.chat.root_client.api_key == "mine"


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("abc", 1), ("abcd", 2), ("素晴", 2)])
def test_the_estimate_is_a_token_for_three_bytes(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens
