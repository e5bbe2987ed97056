"""From a model's name to something that chats: the one door to all chat models.

Knows which names there are and whose words they leave the machine with; how each kind works is
in the files beside this one.
"""

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage

from assistant.chat_models.catalogue import CATALOGUE
from assistant.chat_models.hosts import host_of
from assistant.chat_models.huggingface import load_huggingface
from assistant.chat_models.installed import installed_file
from assistant.chat_models.scoring import Score
from assistant.chat_models.shared_servers import lease_server
from assistant.chat_models.untraced import stream_untraced
from assistant.errors import MissingExtra, MissingKey, ModelFailed, ModelNotInstalled, UnknownModel
from assistant.settings import Settings

BYTES_PER_TOKEN = 3
_VARIED = 0.9
PACKAGES = {"google_genai": "langchain-google-genai", "bedrock": "langchain-aws"}
KEY_NAME = re.compile(r"\b[A-Z][A-Z0-9_]*_(?:API_)?(?:KEY|TOKEN)\b")
UNDERSTOOD = (
    "A model is a catalogue name ({names}), 'gguf:<file>', 'hf:<repo or folder>' or "
    "'provider:model' (openai, anthropic, ollama and others)."
)


def estimate_tokens(text: str) -> int:
    """About how many tokens a remote model reads: one for three bytes of UTF-8.

    Prose is over-counted (English by about 40 %, Chinese by 75 %), so a budget is kept with room
    to spare; dense code can be a fifth under. (LangChain's own count would download GPT-2's
    tokenizer, which is nobody's.)
    """
    return -(-len(text.encode()) // BYTES_PER_TOKEN)


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class OpenedModel:
    """A chat model that can be asked, and what the assistant has to know about it."""

    name: str
    """As the user named it."""
    chat: BaseChatModel
    host: str | None
    """Whom it sends to; None if nothing leaves this machine."""
    count_tokens: Callable[[str], int] = estimate_tokens
    """By the model's own tokenizer where it is at hand, else an estimate on the safe side."""
    keeps_prefix: bool = False
    """Whether reading a prompt ahead of time makes the next call cheaper."""
    score: Score | None = None
    """How probable a text is as its reply, where the model can tell."""
    drop_cache: Callable[[], None] = _nothing
    """Makes a local model forget the prompts it read; waits for a reply in progress."""
    close: Callable[[], None] = _nothing
    """Frees what the model holds; do not use it afterwards."""

    def stream(
        self, messages: Sequence[BaseMessage], *, is_varied: bool = False
    ) -> Generator[AIMessageChunk, None, None]:
        """The reply piece by piece, never traced; closing the generator stops the model.

        With `is_varied` a local model words it more freely, so that it comes out another way.

        The sum of the pieces has `usage_metadata`, with `input_token_details["cache_read"]` where
        the model reports it. Errors are the provider's own: see `describe_failure`.
        """
        options = {"temperature": _VARIED} if is_varied and self.keeps_prefix else {}
        return stream_untraced(self.chat, messages, **options)


def open_model(model: str | BaseChatModel, settings: Settings) -> OpenedModel:
    """Open a model by its name, or take a chat model as it is.

    A chat model that has a method `score_reply`, see `Score`, is asked how probable its replies
    are when they are explained; one that has `count_tokens` counts them itself.

    Raises:
        UnknownModel: the name fits nothing; the message says which names are understood.
        ModelNotInstalled: its weights are not on this machine; the message has the command.
        MissingExtra, MissingKey: its provider needs a package or a key; the message says which.
        ModelFailed: it is there and cannot be loaded.
    """
    if isinstance(model, BaseChatModel):
        return OpenedModel(
            name=_name_of(model),
            chat=model,
            host=host_of(model),
            count_tokens=getattr(model, "count_tokens", estimate_tokens),
            score=getattr(model, "score_reply", None),
        )
    if settings.base_url is not None:
        return _open_address(model, settings.base_url, settings)
    kind, colon, rest = model.partition(":")
    if model in CATALOGUE:
        return _open_catalogue(model, settings)
    if kind == "gguf":
        return _open_gguf(model, Path(rest).expanduser(), settings)
    if kind == "hf":
        return _open_huggingface(model, rest, settings)
    if colon and rest:
        return _open_provider(model, kind, settings)
    raise _unknown(model)


def _open_address(model: str, base_url: str, settings: Settings) -> OpenedModel:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    chat = ChatOpenAI(
        model=model.removeprefix("openai:"),
        base_url=base_url,
        api_key=settings.api_key or SecretStr("none"),
        stream_usage=True,
        use_responses_api=False,
        temperature=settings.temperature,
        max_completion_tokens=settings.reply_tokens,
    )
    return OpenedModel(name=model, chat=chat, host=host_of(chat))


def _open_catalogue(model: str, settings: Settings) -> OpenedModel:
    if CATALOGUE[model].kind != "chat":
        raise UnknownModel(f"{model!r} is an embedder and cannot chat. {_understood()}")
    file = installed_file(model, settings.cache)
    mend = f"If it is damaged, delete it and run: bespoke models pull {model}"
    return _open_server(model, file, mend, settings)


def _open_gguf(model: str, file: Path, settings: Settings) -> OpenedModel:
    if not file.is_file():
        raise ModelNotInstalled(f"There is no file {str(file)!r}. Check the path after 'gguf:'.")
    mend = "Check that it is a complete GGUF file of a chat model, and that memory is free."
    return _open_server(model, file, mend, settings)


def _open_server(model: str, file: Path, mend: str, settings: Settings) -> OpenedModel:
    server, release = lease_server(file, how_to_mend=mend, threads=settings.threads)
    return OpenedModel(
        name=model,
        chat=server.chat(
            model, temperature=settings.temperature, reply_tokens=settings.reply_tokens
        ),
        host=None,
        count_tokens=server.count_tokens,
        keeps_prefix=True,
        score=server.score,
        drop_cache=server.drop_cache,
        close=release,
    )


def _open_huggingface(model: str, source: str, settings: Settings) -> OpenedModel:
    chat = load_huggingface(
        source, temperature=settings.temperature, reply_tokens=settings.reply_tokens
    )
    return OpenedModel(name=model, chat=chat, host=None, count_tokens=chat.count_tokens)


def _open_provider(model: str, provider: str, settings: Settings) -> OpenedModel:
    from langchain.chat_models import init_chat_model

    limit = "num_predict" if provider == "ollama" else "max_tokens"
    options: dict[str, Any] = {limit: settings.reply_tokens, "temperature": settings.temperature}
    try:
        chat = init_chat_model(model, **options)
    except ImportError as error:
        package = PACKAGES.get(provider, f"langchain-{provider.replace('_', '-')}")
        raise MissingExtra(
            f"{model!r} needs a package that is not installed. Run: pip install {package}"
        ) from error
    except Exception as error:  # partner packages raise whatever they like for a missing key
        raise _provider_refused(model, provider, error) from error
    return OpenedModel(name=model, chat=chat, host=host_of(chat))


def _provider_refused(model: str, provider: str, error: Exception) -> Exception:
    if "Unsupported provider" in str(error) or "Unable to infer" in str(error):
        return _unknown(model)
    key = KEY_NAME.search(str(error))
    if key is None and "api_key" not in str(error):
        return ModelFailed(
            f"{model!r} could not be set up: {type(error).__name__}. Check the settings that its "
            "provider reads from the environment."
        )
    name = key.group() if key else f"{provider.upper()}_API_KEY"
    return MissingKey(
        f"{model!r} needs a key. Set it in the environment as {name}; or run without a key: "
        f"the default model, {Settings.model_fields['model'].default!r}, is a local one."
    )


def _unknown(model: str) -> UnknownModel:
    near = get_close_matches(model, CATALOGUE, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    if model.endswith(".gguf"):
        hint = f" Did you mean 'gguf:{model}'?"
    return UnknownModel(f"There is no model {model!r}.{hint} {_understood()}")


def _understood() -> str:
    chat = [name for name, weights in CATALOGUE.items() if weights.kind == "chat"]
    return UNDERSTOOD.format(names=", ".join(chat))


def _name_of(chat: BaseChatModel) -> str:
    found = (getattr(chat, field, None) for field in ("model_name", "model", "model_id"))
    return next((name for name in found if isinstance(name, str) and name), type(chat).__name__)
