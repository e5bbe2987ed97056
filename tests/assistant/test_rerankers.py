"""The second look, with a real cross-encoder that is tiny and has random weights."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import ModelFailed, ModelNotInstalled
from assistant.rerankers import open_reranker
from assistant.settings import Settings
from memory.types import Recollection
from tests.doubles import RecordingChatModel, WordEmbeddings

TEXTS = ("my parrot whistles a song", "grey clouds came", "I sold the red kayak")
QUESTION = "Which song does my parrot whistle?"
_WORDS = sorted({word.lower().rstrip("?") for text in (*TEXTS, QUESTION) for word in text.split()})


@pytest.fixture(scope="session")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a BERT of one layer of 16 numbers, that knows the words of this file."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("cross_encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS]
    BertTokenizer(vocab={word: number for number, word in enumerate(words)}).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


Recalled = Callable[..., list[Recollection]]


@pytest.fixture
def recalled(home: Path, monkeypatch: pytest.MonkeyPatch) -> Recalled:
    """Asks an assistant of doubles, with a reranker or without."""

    def recall(reranker: Path | None) -> list[Recollection]:
        if reranker:
            monkeypatch.setenv("BESPOKE_RERANKER", str(reranker))
        with Assistant(
            home=home, model=RecordingChatModel(), embeddings=WordEmbeddings()
        ) as assistant:
            user = assistant.user("ana")
            user.import_messages({"id": text, "role": "user", "content": text} for text in TEXTS)
            return user.recall(QUESTION, gate=False)

    return recall


def test_unset_there_is_no_reranker() -> None:
    assert open_reranker(Settings(reranker=None)) is None


def test_a_pair_is_scored_whatever_stands_beside_it(cross_encoder: Path) -> None:
    reranker = open_reranker(Settings(reranker=str(cross_encoder)))
    assert reranker is not None
    together = reranker(QUESTION, TEXTS)
    assert len(set(together)) == 3
    assert together == pytest.approx([reranker(QUESTION, [text])[0] for text in TEXTS], abs=1e-4)
    assert reranker(QUESTION, TEXTS[::-1]) == pytest.approx(together[::-1], abs=1e-4)


def test_its_score_is_added_as_one_more_reason(cross_encoder: Path, recalled: Recalled) -> None:
    reranker = open_reranker(Settings(reranker=str(cross_encoder)))
    assert reranker is not None
    without = {item.id: item for item in recalled(None)}
    found = recalled(cross_encoder)
    assert without.keys() == {item.id for item in found} == set(TEXTS)
    for item in found:
        (second,) = reranker(QUESTION, [item.text])
        assert item.score == pytest.approx(without[item.id].score + second, abs=1e-4)
        (amount,) = (each.amount for each in item.reasons if each.feature == "reranker")
        assert amount == pytest.approx(second, abs=1e-4)
        assert sum(each.amount for each in item.reasons) == pytest.approx(item.score)
    assert [item.score for item in found] == sorted((i.score for i in found), reverse=True)
    assert {each.feature for item in without.values() for each in item.reasons}.isdisjoint(
        {"reranker"}
    )


def test_a_folder_that_is_not_there_is_told_when_it_is_needed(
    tmp_path: Path, recalled: Recalled
) -> None:
    reranker = open_reranker(Settings(reranker=str(tmp_path / "nowhere")))
    assert reranker is not None
    with pytest.raises(ModelNotInstalled, match=r"nowhere' is not a folder.*BESPOKE_RERANKER"):
        reranker(QUESTION, TEXTS)
    with pytest.raises(ModelNotInstalled, match="or unset it to do without"):
        recalled(tmp_path / "nowhere")


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    reranker = open_reranker(Settings(reranker=str(tmp_path)))
    assert reranker is not None
    with pytest.raises(ModelFailed, match=r"could not be loaded.*BESPOKE_RERANKER"):
        reranker(QUESTION, TEXTS)
