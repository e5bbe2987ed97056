"""Where a chat model sends what it is asked: to which host, or nowhere.

The user is told before the first message, so in doubt a model counts as remote.
"""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel

CLIENTS = ("root_client", "_client", "client")
ADDRESSES = ("base_url", "openai_api_base", "anthropic_api_url", "azure_endpoint", "endpoint_url")
DEFAULT_HOSTS = {
    "langchain_anthropic": "api.anthropic.com",
    "langchain_google_genai": "generativelanguage.googleapis.com",
    "langchain_groq": "api.groq.com",
    "langchain_mistralai": "api.mistral.ai",
    "langchain_ollama": "localhost",
    "langchain_openai": "api.openai.com",
}


def host_of(chat: BaseChatModel) -> str | None:
    """The host that the model's provider answers from; None if nothing leaves this machine.

    A class that builds on no partner package of LangChain (an app's own, a test double) is taken
    to be local. A provider whose address cannot be read goes by its package's name.
    """
    package = _partner_package(chat)
    if package is None or _is_local_pipeline(chat):
        return None
    if package == "langchain_ollama" and str(getattr(chat, "model", "")).endswith("cloud"):
        return "ollama.com"  # Ollama on this machine passes its cloud models on
    host = _read_host(chat) or DEFAULT_HOSTS.get(package, package.removeprefix("langchain_"))
    return None if is_loopback(host) else host


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _partner_package(chat: BaseChatModel) -> str | None:
    for ancestor in type(chat).__mro__:
        package = ancestor.__module__.partition(".")[0]
        if package.startswith("langchain_") and package != "langchain_core":
            return package
    return None


def _is_local_pipeline(chat: BaseChatModel) -> bool:
    return type(getattr(chat, "llm", None)).__name__ == "HuggingFacePipeline"


def _read_host(chat: BaseChatModel) -> str | None:
    # What the client was made with comes first: it knows about the environment, the fields do not.
    clients = [getattr(chat, name, None) for name in CLIENTS]
    clients += [getattr(client, "_client", None) for client in clients]
    found: list[Any] = [getattr(client, "base_url", None) for client in clients]
    found += [getattr(getattr(chat, "llm", chat), name, None) for name in ADDRESSES]
    hosts = (urlsplit(str(address)).hostname for address in found if address)
    return next((host for host in hosts if host), None)
