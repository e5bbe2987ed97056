"""The detector's network: the encoder that users have, with what is fitted and ships."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from assistant.chat_models.pull import pull
from assistant.parsers import ENCODER, find_encoder
from assistant.settings import Settings
from memory.learn.detector import (
    SHIPPED,
    Detector,
    training_key,
    training_tasks,
    training_values,
)
from memory.learn.encoder import LowRank, key_in
from memory.learn.language import Example, english
from memory.learn.network import Network, load_network


@pytest.fixture(scope="module")
def folder() -> Path:
    pull(ENCODER, Settings().cache)
    return find_encoder(Settings())


@pytest.fixture(scope="module")
def shipped(folder: Path) -> Network:
    return load_network(folder, SHIPPED, english())


def test_the_network_that_ships_is_fitted_to_the_sentences_that_ship() -> None:
    assert key_in(SHIPPED) == training_key(english())


def test_the_key_tells_other_sentences_and_values_apart() -> None:
    one = Example("I live in Porto", "fact", slot="home", value="Porto")
    languages = [
        dataclasses.replace(english(), examples=examples)
        for examples in ((one,), (one._replace(value="in Porto"),), (one._replace(kind="goal"),))
    ]
    assert len({training_key(each) for each in languages}) == 3


def test_every_task_has_sentences_of_each_label() -> None:
    tasks = training_tasks(english())
    assert set(tasks["worth"].labels) == {"worth", "not"}
    assert set(tasks["strength"].labels) == {"soft", "hard"}
    assert {"home", "job", "age", "name", "none"} <= set(tasks["slot"].labels)
    for each in tasks.values():
        assert len(each.texts) == len(each.labels) == len(set(each.texts))


def test_every_value_stands_in_its_sentence() -> None:
    values = {text: value for text, value in training_values(english()).items() if value}
    assert values
    assert all(value in text and "[" not in text for text, value in values.items())


def test_an_update_changes_nothing_before_it_is_fitted() -> None:
    linear = nn.Linear(4, 3)
    given = torch.randn(2, 4)
    assert torch.equal(LowRank(linear)(given), linear(given))


def test_sentences_are_judged_alike_alone_and_together(shipped: Network) -> None:
    texts = ["I love chess", "What is the capital of Peru, and how many people live there?", "Hi"]
    together = shipped.judge(texts)
    for row, text in enumerate(texts):
        alone = shipped.judge([text])
        for task, (labels, shares) in alone.shares.items():
            assert together.shares[task][0] == labels
            np.testing.assert_allclose(together.shares[task][1][row], shares[0], atol=1e-4)
        assert together.values[row] == alone.values[0]


def test_the_shares_of_a_task_add_up_to_one(shipped: Network) -> None:
    for labels, shares in shipped.judge(["I love chess", ""]).shares.values():
        assert shares.shape == (2, len(labels))
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)


def test_a_kept_network_judges_the_same(shipped: Network, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "network.npz"
    shipped.write(file, key="k")
    kept = load_network(folder, file, english())
    assert key_in(file) == "k"
    assert kept.labels == shipped.labels
    before, after = (each.judge(["I love chess"]).shares["kind"][1] for each in (shipped, kept))
    np.testing.assert_allclose(before, after, atol=1e-5)


def test_a_file_of_something_else_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "network.npz"
    np.savez(file, labels=np.array('{"worth": ["not", "worth"]}'))
    with pytest.raises(ValueError, match=r"'network.npz' does not fit the encoder"):
        load_network(folder, file, english())
    file.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"pickled|does not fit"):
        load_network(folder, file, english())


def test_a_detector_that_is_asked_nothing_reads_nothing() -> None:
    def find() -> Path:
        raise AssertionError("It looks for the encoder.")

    assert Detector(find, english()).detect([]) == []


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("I've been a piano tuner for years", "job", "piano tuner"),
        ("we settled in Ghent last spring", "home", "Ghent"),
        ("I turned 41 on Sunday", "age", "41"),
    ],
)
def test_the_value_of_a_slot_is_marked(folder: Path, text: str, slot: str, value: str) -> None:
    (found,) = Detector(lambda: folder, english()).detect([text])
    assert found.slot == slot
    assert found.value is not None
    assert text[slice(*found.value)] == value
