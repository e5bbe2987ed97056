"""The network that reads two statements together."""

import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from assistant.chat_models.pull import pull
from assistant.parsers import ENCODER, find_encoder
from assistant.settings import Settings
from memory.learn.effect_network import EffectNetwork, load_effect_network
from memory.learn.effects import SHIPPED, EffectReader, Effects, pairs_key
from memory.learn.encoder import key_in
from memory.learn.language import english


@pytest.fixture(scope="module")
def folder() -> Path:
    pull(ENCODER, Settings().cache)
    return find_encoder(Settings())


@pytest.fixture(scope="module")
def shipped(folder: Path) -> EffectNetwork:
    return load_effect_network(folder, SHIPPED)


def test_the_network_that_ships_is_fitted_to_the_pairs_that_ship() -> None:
    assert key_in(SHIPPED) == pairs_key(english())


def test_the_key_tells_another_effect_apart() -> None:
    language = english()
    first = language.pairs[0]._replace(effect="keeps")
    other = dataclasses.replace(language, pairs=(first, *language.pairs[1:]))
    assert pairs_key(other) != pairs_key(language)


def test_every_effect_has_pairs_and_no_pair_has_two_effects() -> None:
    pairs = english().pairs
    assert set(Counter(each.effect for each in pairs)) == set(Effects._fields)
    assert len({each[1:] for each in pairs}) == len(pairs)


def test_pairs_are_judged_alike_alone_and_together(shipped: EffectNetwork) -> None:
    earlier = ["I live in Leeds", "I have two cats and a dog that is older than both", "I ski"]
    later = ["I moved to Porto", "We had to say goodbye to the dog", "I also swim"]
    together = shipped.judge(earlier, later)
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-5)
    for row, pair in enumerate(zip(earlier, later, strict=True)):
        alone = shipped.judge([pair[0]], [pair[1]])
        np.testing.assert_allclose(together[row], alone[0], atol=1e-4)


@pytest.mark.parametrize(
    ("earlier", "later", "effect"),
    [
        ("I live in Ghent.", "We've moved to Turin.", "replaces"),
        ("I play the oboe.", "I gave up the oboe.", "ends"),
        ("I'm a vegetarian.", "As I said, I don't eat meat.", "repeats"),
        ("I love chess.", "My sister lives in Rome.", "keeps"),
    ],
)
def test_plain_pairs_are_read_as_what_they_are(
    folder: Path, earlier: str, later: str, effect: str
) -> None:
    (effects,) = EffectReader(lambda: folder).read(later, [earlier])
    assert max(effects) == getattr(effects, effect)


def test_what_retires_is_what_replaces_or_ends() -> None:
    assert Effects(replaces=0.5, ends=0.25, repeats=0.0, keeps=0.25).retires == 0.75


def test_a_reader_that_is_asked_nothing_reads_nothing() -> None:
    def find() -> Path:
        raise AssertionError("It looks for the encoder.")

    assert EffectReader(find).read("I ski", []) == []


def test_a_file_of_something_else_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "effects.npz"
    np.savez(file, key=np.array("k"))
    with pytest.raises(ValueError, match=r"'effects.npz' does not fit the encoder"):
        load_effect_network(folder, file)
