from pathlib import Path
from threading import active_count
from time import monotonic, sleep
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from assistant.chat_models.hub import Hub
from assistant.chat_models.huggingface import HuggingFaceChat, load_huggingface
from assistant.chat_models.opened import open_model
from assistant.errors import ModelFailed, ModelNotInstalled
from assistant.settings import Settings

TEMPLATE = (
    "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)
QUESTION = [SystemMessage("Be brief."), HumanMessage("Hello there")]
NOWHERE = Hub("http://127.0.0.1:9")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama with random weights, and a tokenizer of single bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(0)
    made = tmp_path_factory.mktemp("random-llama")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({byte: n for n, byte in enumerate(alphabet)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner, chat_template=TEMPLATE
    )
    tokenizer.save_pretrained(made)
    config = LlamaConfig(
        vocab_size=256,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=100_000,
        bos_token_id=None,
        eos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(made)
    return made


def load(folder: Path, *, reply_tokens: int = 20, temperature: float = 0) -> HuggingFaceChat:
    return load_huggingface(
        str(folder), temperature=temperature, reply_tokens=reply_tokens, hub=NOWHERE
    )


def test_a_reply_comes_in_pieces_with_its_usage(folder: Path) -> None:
    pieces = list(load(folder).stream(QUESTION))
    whole = sum(pieces[1:], start=pieces[0])
    read = len("system: Be brief.\nuser: Hello there\nassistant:")
    assert whole.usage_metadata == {
        "input_tokens": read,
        "output_tokens": 20,
        "total_tokens": read + 20,
    }
    assert whole.text == load(folder).invoke(QUESTION).text


def test_the_first_piece_comes_before_the_last_is_made(folder: Path) -> None:
    reply = load(folder, reply_tokens=50_000, temperature=1).stream(QUESTION)
    assert next(reply).text
    reply.close()  # type: ignore[attr-defined]


def test_closing_the_stream_ends_the_generation(folder: Path) -> None:
    threads = active_count()
    reply = load(folder, reply_tokens=50_000, temperature=1).stream(QUESTION)
    next(reply)
    assert active_count() == threads + 1
    reply.close()  # type: ignore[attr-defined]
    sleep(0.1)
    assert active_count() == threads


def test_a_failing_generation_is_raised_and_not_waited_for(folder: Path) -> None:
    chat = load(folder)
    chat.model.generation_config.max_time = "not a number"
    with pytest.raises(TypeError):
        chat.invoke(QUESTION)


def test_tokens_are_counted_with_its_own_tokenizer(folder: Path) -> None:
    assert load(folder).count_tokens("hello") == 5


def test_it_is_opened_by_its_folder_and_nothing_leaves_the_machine(folder: Path) -> None:
    opened = open_model(f"hf:{folder}", Settings(reply_tokens=16))
    assert opened.host is None
    assert opened.count_tokens("hello") == 5
    assert list(opened.stream(QUESTION))


def test_a_repository_that_cannot_be_reached_says_so_at_once() -> None:
    began = monotonic()
    with pytest.raises(ModelNotInstalled, match="run: hf download some/where --local-dir FOLDER"):
        load_huggingface("some/where", temperature=0, reply_tokens=16, hub=NOWHERE)
    assert monotonic() - began < 30


def test_a_folder_without_weights_says_that_they_are_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match="files are missing or damaged"):
        load(tmp_path)


def test_a_model_that_cannot_chat_is_refused(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        if file.suffix != ".jinja":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelFailed, match="has no chat template"):
        load(tmp_path)
