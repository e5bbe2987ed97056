"""What is learned of public data: preferences, personas, other talk, and hidden instructions."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.benchmarks.datasets.injection import read_attacks, read_harmless
from evals.benchmarks.datasets.msc import read_personas
from evals.benchmarks.datasets.prefeval import find_filler, read_filler, read_preferences
from evals.benchmarks.learning import (
    Figure,
    Reads,
    false_memories,
    figure,
    kept,
    measure_learned,
)
from memory.types import Polarity

_LIKING = r"(?:lik|lov|enjoy|prefer|favou?r|fond|fan|into|keen|interested|comfortable)"
_NEGATED = re.compile(
    rf"\b(?:not|never|no longer|cannot|\w+n't)\s+(?:\w+\s+){{0,2}}{_LIKING}\w*\b"
    r"|\b(?:prefer|rather) not\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:dislik|hat(?:e|ed|ing)\b|avoid|despis|detest|loath|refus|allerg|intoleran|avers"
    r"|uncomfortable|(?:can't|cannot) stand|never\b|fear|afraid|annoy|bother)",
    re.IGNORECASE,
)
_FOR = re.compile(rf"\b{_LIKING}", re.IGNORECASE)


def stated_polarity(text: str) -> Polarity | None:
    """For or against, by words alone; None where words of both sorts, or neither, are there.

    "Don't like" is against, as are words such as "hate" and "avoid"; "like", "love", "prefer" and
    their kin that are not negated are for.
    """
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    rest = _NEGATED.sub(" ", plain)
    is_against = rest != plain or bool(_AGAINST.search(rest))
    is_for = bool(_FOR.search(rest))
    if is_for == is_against:
        return None
    return "positive" if is_for else "negative"


def measure_prefeval(learner: Reads, path: Path) -> Iterator[Figure]:
    """Preferences learned, and those for which words tell the polarity; false memories of chats.

    Raises:
        DataNotFound, UnknownFormat: as `datasets/prefeval.py` says.
    """
    texts = [each.text for each in read_preferences(path)]
    yield from measure_preferences(learner, texts)
    turns = read_filler(find_filler(path))
    other = kept(learner, [turn.content for turn in turns if turn.role == "user"])
    yield from false_memories("PrefEval, other chats", other)


def measure_preferences(learner: Reads, texts: Sequence[str]) -> Iterator[Figure]:
    """How many are learned, and whether any memory of one has the polarity that its words tell."""
    found = kept(learner, texts)
    yield from figure("PrefEval", "explicit preferences learned", map(bool, found))
    told = [
        (polarity, said)
        for text, said in zip(texts, found, strict=True)
        if said and (polarity := stated_polarity(text))
    ]
    right = (any(one.polarity == polarity for one in said) for polarity, said in told)
    yield from figure("PrefEval", "polarity, where words tell it", right)


def measure_msc(learner: Reads, path: Path) -> Iterator[Figure]:
    """Sentences of personas that are learned, each counted once.

    Raises:
        DataNotFound, UnknownFormat: as `datasets/msc.py` says.
    """
    yield from measure_learned(learner, read_personas(path), "MSC personas", "sentences learned")


def measure_injection(learner: Reads, folder: Path) -> Iterator[Figure]:
    """Instructions that become an active memory, and false memories of harmless prompts.

    Raises:
        DataNotFound, UnknownFormat: as `datasets/injection.py` says.
    """
    what = "instructions that became a memory"
    yield from measure_learned(learner, read_attacks(folder), "BIPIA", what)
    yield from false_memories("NotInject", kept(learner, read_harmless(folder)))
