from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from memory.embeddings import Embedder
from memory.learn.detector import Detector, training_tasks
from memory.learn.heads import (
    Heads,
    Labelled,
    cue_features,
    fit_heads,
    key_of,
    load_heads,
    word_groups,
)
from memory.learn.language import english
from memory.types import Vectors

TASTE = {
    "taste": Labelled(
        ["I love tea", "I love rain", "I love jazz", "I hate tea", "I hate rain", "I hate jazz"],
        ["for", "for", "for", "against", "against", "against"],
    ),
    "topic": Labelled(["I love tea", "I hate rain", "I love jazz"], ["drink", "weather", "music"]),
}


@pytest.fixture
def heads(embedder: Embedder) -> Heads:
    texts = TASTE["taste"].texts
    vectors = embedder.vectors(texts)
    return fit_heads(TASTE, dict(zip(texts, vectors, strict=True)), english())


def judged(heads: Heads, embedder: Embedder, task: str, *texts: str) -> list[str]:
    labels, shares = heads.judge(texts, embedder.vectors(texts), english())[task]
    return [labels[place] for place in np.argmax(shares, axis=1)]


def test_heads_judge_what_they_were_not_fitted_to(heads: Heads, embedder: Embedder) -> None:
    texts = ("I love chess", "I hate chess")
    assert judged(heads, embedder, "taste", *texts) == ["for", "against"]
    assert judged(heads, embedder, "topic", "jazz", "rain") == ["music", "weather"]


def test_the_shares_of_a_task_add_up_to_one(heads: Heads, embedder: Embedder) -> None:
    texts = ["I love chess", "", "Rain!"]
    for labels, shares in heads.judge(texts, embedder.vectors(texts), english()).values():
        assert shares.shape == (3, len(labels))
        assert shares.sum(axis=1) == pytest.approx([1, 1, 1])


def test_kept_heads_judge_the_same(heads: Heads, embedder: Embedder, tmp_path: Path) -> None:
    file = tmp_path / "heads.npz"
    heads.save(file, key="k")
    kept = load_heads(file, key="k")
    assert kept is not None
    assert (kept.words, kept.columns) == (heads.words, heads.columns)
    vectors = embedder.vectors(["I love chess"])
    before = heads.judge(["I love chess"], vectors, english())["taste"][1]
    after = kept.judge(["I love chess"], vectors, english())["taste"][1]
    assert after == pytest.approx(before, abs=0.01)


def test_heads_of_another_fit_or_a_broken_file_are_none(heads: Heads, tmp_path: Path) -> None:
    file = tmp_path / "heads.npz"
    assert load_heads(file, key="k") is None
    heads.save(file, key="k")
    assert load_heads(file, key="other") is None
    file.write_bytes(file.read_bytes()[:100])
    assert load_heads(file, key="k") is None


def test_the_key_tells_embedders_and_labels_apart() -> None:
    other = TASTE | {"taste": Labelled(TASTE["taste"].texts, ["for"] * 6)}
    keys = {key_of(*each, english()) for each in [("a", TASTE), ("b", TASTE), ("a", other)]}
    assert len(keys) == 3
    assert key_of("a", TASTE, english()) == key_of("a", TASTE, english())


def test_words_are_counted_alone_with_neighbours_and_at_the_beginning() -> None:
    assert word_groups("I\u2019m OK!") == {
        *("i'm", "ok", "!", "i'm ok", "ok !", "i'm ok !", "^i'm", "^i'm ok", "^i'm ok !")
    }


def test_there_is_a_column_a_cue() -> None:
    features = cue_features(["Please stop!", "I live here."], english())
    assert features.shape == (2, len(english().cues))


def test_every_task_has_sentences_of_each_label() -> None:
    tasks = training_tasks(english())
    assert set(tasks["worth"].labels) == {"worth", "not"}
    assert set(tasks["strength"].labels) == {"soft", "hard"}
    assert {"home", "job", "age", "name", "none"} <= set(tasks["slot"].labels)
    for each in tasks.values():
        assert len(each.texts) == len(each.labels) == len(set(each.texts))


def test_heads_that_were_fitted_before_are_read_and_not_fitted_again(
    embedder: Embedder, tmp_path: Path
) -> None:
    tasks = dict.fromkeys(("kind", "polarity", "strength", "slot"), TASTE["taste"])
    tasks["worth"] = Labelled(TASTE["taste"].texts, ["worth"] * 3 + ["not"] * 3)
    vectors = dict(zip(TASTE["taste"].texts, embedder.vectors(TASTE["taste"].texts), strict=True))
    key = key_of(embedder.identity, training_tasks(english()), english())
    fit_heads(tasks, vectors, english()).save(tmp_path / f"heads-{key}.npz", key=key)

    def embed(texts: Sequence[str]) -> Vectors:
        raise AssertionError("It fits again.")

    found = Detector(embedder.identity, embed, english(), cache=tmp_path).heads
    assert judged(found, embedder, "worth", "I love chess", "I hate chess") == ["worth", "not"]
