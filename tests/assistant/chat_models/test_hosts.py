import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from assistant.chat_models.hosts import host_of, is_loopback


class AppsOwnOpenAI(ChatOpenAI):
    pass


class AppsOwnModel(FakeListChatModel):
    base_url: str = "https://ignored.example"


# Stands where langchain-ollama's class would, which is not installed for the tests.
class ChatOllama(FakeListChatModel):
    model: str
    base_url: str | None = None


ChatOllama.__module__ = "langchain_ollama.chat_models"


def openai(base_url: str | None = None) -> ChatOpenAI:
    return ChatOpenAI(model="gpt-4o-mini", api_key=SecretStr("k"), base_url=base_url)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)


def test_openai_goes_to_its_own_host() -> None:
    assert host_of(openai()) == "api.openai.com"


def test_the_environments_address_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://proxy.example/v1")
    assert host_of(openai()) == "proxy.example"


def test_a_loopback_address_leaves_nothing() -> None:
    assert host_of(openai("http://[::1]:8000/v1")) is None


def test_a_subclass_of_a_partners_class_goes_by_its_address() -> None:
    assert host_of(AppsOwnOpenAI(api_key=SecretStr("k"))) == "api.openai.com"


def test_an_apps_own_class_is_local() -> None:
    assert host_of(AppsOwnModel(responses=["x"])) is None


@pytest.mark.parametrize(
    ("chat", "host"),
    [
        (ChatOllama(responses=[""], model="llama3"), None),
        (ChatOllama(responses=[""], model="llama3", base_url="http://big:11434"), "big"),
        (ChatOllama(responses=[""], model="gpt-oss:120b-cloud"), "ollama.com"),
    ],
)
def test_ollama_is_local_unless_its_address_or_a_cloud_model_says_otherwise(
    chat: BaseChatModel, host: str | None
) -> None:
    assert host_of(chat) == host


def test_a_partner_without_a_readable_address_goes_by_its_name() -> None:
    chat = AppsOwnModel(responses=["x"], base_url="")
    type(chat).__module__, before = "langchain_acme.chat", type(chat).__module__
    try:
        assert host_of(chat) == "acme"
    finally:
        type(chat).__module__ = before


@pytest.mark.parametrize(
    ("host", "claim"),
    [
        ("localhost", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("0.0.0.0", False),
    ],
)
def test_loopback_is_told_from_what_looks_like_it(host: str, *, claim: bool) -> None:
    assert is_loopback(host) is claim
