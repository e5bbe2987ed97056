"""Chat models that `transformers` runs in this process: `hf:<repo or folder>`.

LangChain's `ChatHuggingFace` over a local pipeline goes on generating after its stream is closed,
gives up when the first token takes a minute, and counts no tokens; hence the small class here.
"""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.chat_models.hub import Hub
from assistant.errors import ModelFailed, ModelNotInstalled


class HuggingFaceChat(BaseChatModel):
    """A causal language model of `transformers` and its tokenizer, as a LangChain chat model."""

    name_or_path: str
    model: Any
    tokenizer: Any
    temperature: float
    reply_tokens: int

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads `text` as, without those around a message."""
        return len(self.tokenizer.encode(text, add_special_tokens=False))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ARG002 - LangChain's signature
    ) -> Iterator[ChatGenerationChunk]:
        generation = _Generation(self, self._inputs(messages), stop)
        try:
            for text in generation.texts():
                chunk = ChatGenerationChunk(message=AIMessageChunk(content=text))
                if run_manager:
                    run_manager.on_llm_new_token(text, chunk=chunk)
                yield chunk
            yield ChatGenerationChunk(
                message=AIMessageChunk(content="", usage_metadata=generation.usage()),
                generation_info={"finish_reason": generation.why_it_ended()},
            )
        finally:
            generation.stop()

    def _inputs(self, messages: list[BaseMessage]) -> Any:
        return self.tokenizer.apply_chat_template(
            convert_to_openai_messages(messages),
            add_generation_prompt=True,
            return_dict=True,
            return_tensors="pt",
        ).to(self.model.device)


class _Generation:
    """One run of the model in a thread of its own, read piece by piece, stopped at any time."""

    def __init__(self, chat: HuggingFaceChat, inputs: Any, stop: list[str] | None) -> None:
        from transformers import TextIteratorStreamer

        self._chat = chat
        self._inputs = inputs
        self._stop_strings = stop
        self._is_stopped = Event()
        self._error: Exception | None = None
        self._written = 0
        self._streamer: Any = TextIteratorStreamer(
            chat.tokenizer, skip_prompt=True, skip_special_tokens=True
        )
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def texts(self) -> Iterator[str]:
        yield from (text for text in self._streamer if text)
        if self._error is not None:
            raise self._error

    def usage(self) -> UsageMetadata:
        read = int(self._inputs["input_ids"].shape[-1])
        return UsageMetadata(
            input_tokens=read, output_tokens=self._written, total_tokens=read + self._written
        )

    def why_it_ended(self) -> str:
        return "length" if self._written >= self._chat.reply_tokens else "stop"

    def stop(self) -> None:
        self._is_stopped.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._chat.model.generate(**self._inputs, **self._options())
        except Exception as error:  # whatever it is, the reader must see it and not wait
            self._error = error
            self._streamer.end()

    def _options(self) -> dict[str, Any]:
        temperature = self._chat.temperature
        sampling = {"do_sample": True, "temperature": temperature} if temperature else {}
        stopping = {"stop_strings": self._stop_strings} if self._stop_strings else {}
        return {
            "max_new_tokens": self._chat.reply_tokens,
            "streamer": self._streamer,
            "stopping_criteria": [self._count_and_check],
            "tokenizer": self._chat.tokenizer,
            **(sampling or {"do_sample": False}),
            **stopping,
        }

    def _count_and_check(self, input_ids: Any, _scores: Any, **_: Any) -> Any:
        import torch

        self._written += 1
        return torch.full((input_ids.shape[0],), self._is_stopped.is_set(), device=input_ids.device)


def load_huggingface(
    source: str, *, temperature: float, reply_tokens: int, hub: Hub | None = None
) -> HuggingFaceChat:
    """Load a folder, or a repository of the Hugging Face hub; code in it is never run.

    Raises:
        ModelNotInstalled: it is neither on this machine, nor can the hub be reached.
        ModelFailed: it is there and cannot be loaded, or cannot chat.
    """
    is_local = _is_folder(source) or not (hub or Hub()).answers()
    try:
        tokenizer, model = _load(source, is_local=is_local)
    except (OSError, ValueError, ImportError) as error:
        raise _loading_failed(source, is_local=is_local) from error
    if not tokenizer.chat_template:
        raise ModelFailed(
            f"{source!r} has no chat template, so it cannot chat. Take a model made for chatting, "
            "as its name often says: '-Instruct', '-Chat', '-it'."
        )
    return HuggingFaceChat(
        name_or_path=source,
        model=model,
        tokenizer=tokenizer,
        temperature=temperature,
        reply_tokens=reply_tokens,
    )


def _load(source: str, *, is_local: bool) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    place = str(Path(source).expanduser()) if _is_folder(source) else source
    options: dict[str, Any] = {"local_files_only": is_local, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(place, **options)
    model: Any = AutoModelForCausalLM.from_pretrained(place, dtype="auto", **options)
    return tokenizer, model.to("cuda" if torch.cuda.is_available() else "cpu").eval()


def _is_folder(source: str) -> bool:
    return Path(source).expanduser().is_dir()


def _loading_failed(source: str, *, is_local: bool) -> ModelNotInstalled | ModelFailed:
    if is_local and not _is_folder(source):
        return ModelNotInstalled(
            f"{source!r} is neither a folder nor in the Hugging Face cache, and the hub cannot be "
            f"reached. Where it can, run: hf download {source} --local-dir FOLDER, copy the "
            "folder here and use 'hf:FOLDER'."
        )
    return ModelFailed(
        f"{source!r} could not be loaded by transformers: files are missing or damaged, or it "
        "needs code of its own, which is never run. The error above this one has the details."
    )
