"""Beginnings of a chat that fit the user: from goals, interests, recent chats, the hour, and use.

No language model takes part. Words of the user's are shown only where they are nothing delicate,
for somebody may look over a shoulder; and the last starter always leads out of what is known.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import yaml

from assistant.types import Record
from assistant.use import is_ordered_by_use, use_weights
from memory.listing import MemoryQuery
from memory.types import Memory, MemoryKind, Status
from memory.vault import Vault

Because = Literal["goal", "interest", "topic", "recent", "use", "time", "new", "general"]

_FITS: dict[Because, float] = {
    "goal": 3.0,
    "interest": 2.8,
    "topic": 1.6,
    "recent": 1.5,
    "time": 1.2,
    "general": 0.5,
}
_TURN = 0.9
_WEIGHT_OF_USE = 1.5
_MOST_PERSONAL = 2
_LONGEST_WORDS = 60
_MOST_READ = 100
_LIKED = re.compile(
    r"^i(?:'m| am)? (?:also |really |just |still |absolutely )*"
    r"(?:like to talk about|like|love|enjoy|adore|interested in|into|fond of|a fan of)"
    r" (?P<what>[^.,;!?]+)",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"^(?:my goal is|i'd like|i(?:'m| am)? (?:also |really |just |still )*"
    r"(?:want|plan|hope|aim|would like|trying|planning|hoping|aiming)) to (?P<what>[^.,;!?]+)",
    re.IGNORECASE,
)


class Starter(Record):
    """A beginning of a chat, ready to be sent; `because` says in a sentence why it is offered.

    `id` names what kind of beginning it is, and holds no words of the user's.
    """

    id: str
    text: str
    reason: Because
    because: str


class Candidate(NamedTuple):
    """A starter that could be offered. `words` are the user's own."""

    id: str
    domain: str
    reason: Because
    fit: float
    words: str = ""


class Known(NamedTuple):
    """What starters are chosen by; what is delicate is left out already."""

    goals: Sequence[str] = ()
    interests: Sequence[str] = ()
    topics: Sequence[str] = ()
    recent: Sequence[str] = ()

    @property
    def domains(self) -> set[str]:
        """The parts of life that something known is about."""
        return {*self.topics, *self.recent}


def starters_for(
    vault: Vault,
    *,
    now: datetime,
    zone: tzinfo,
    limit: int,
    language: str,
) -> Sequence[Starter]:
    """Read a user's starters off what is kept about them."""
    uses = [(each.starter, each.time) for each in vault.interface.uses()]
    weights = use_weights(uses, now) if is_ordered_by_use(vault) else None
    chosen = choose(_known(vault, now), weights, local=now.astimezone(zone), limit=limit)
    return [_worded(each, language) for each in chosen]


def choose(
    known: Known, weights: Mapping[str, float] | None, *, local: datetime, limit: int
) -> list[Candidate]:
    """The best candidates, each about another part of life, and one that leads out of the known.

    `weights` tells how much each was used. Without it the order is fixed: by fit alone. With it,
    those that were seldom chosen take turns, a day each, so that none of them is never seen.
    """
    scored = sorted(
        _candidates(known, local),
        key=lambda each: -_score(each, weights, local),
    )
    chosen: list[Candidate] = []
    for each in scored:
        is_fresh = all(each.domain != other.domain or each.words for other in chosen)
        is_one_too_many = each.words and sum(bool(c.words) for c in chosen) >= _MOST_PERSONAL
        if is_fresh and not is_one_too_many and len(chosen) < limit - 1:
            chosen.append(_with_use(each, weights))
    taken = {each.domain for each in chosen} | known.domains
    away = [each for each in scored if each.domain not in taken and not each.words]
    if away and limit > 0:
        place = local.toordinal() % len(away) if weights is not None else 0
        is_anything_known = any(known)
        last = away[place]._replace(reason="new") if is_anything_known else away[place]
        chosen.append(last)
    return chosen[:limit]


def is_delicate(text: str, domain: str = "") -> bool:
    """Whether somebody who looks over the user's shoulder should not read this."""
    delicate = _read()["delicate"]
    return domain in delicate["domains"] or _delicate_words().search(text) is not None


def known_starters() -> Sequence[str]:
    """The ids of all starters."""
    return (*_read()["general"], *_read()["personal"])


def _known(vault: Vault, now: datetime) -> Known:
    soft = [*_newest(vault, "goal", now), *_newest(vault, "preference", now)]
    topics = vault.topics(soft)
    plain = [each for each in soft if not is_delicate(each.text, topics[each.id])]
    delicate = _read()["delicate"]["domains"]
    return Known(
        goals=_said(_WANTED, [each for each in plain if each.kind == "goal"]),
        interests=_said(_LIKED, [each for each in plain if each.kind == "preference"]),
        topics=_ranked(topics[each.id] for each in plain if each.polarity != "negative"),
        recent=[each for each in vault.recent_topics() if each not in delicate],
    )


def _newest(vault: Vault, kind: MemoryKind, now: datetime) -> list[Memory]:
    """Wishes, nothing binding: of those that are in use the pinned ones, then the newest."""
    query = MemoryQuery(kind=kind, status=Status.ACTIVE, limit=_MOST_READ)
    return [
        each
        for each in vault.listing.page(query).memories
        if each.strength == "soft" and (each.valid_to is None or each.valid_to > now)
    ]


def _said(pattern: re.Pattern[str], memories: Sequence[Memory]) -> list[str]:
    """What memories say that the user likes or wants, in their words, where it is plain."""
    found = [
        " ".join(match["what"].split())
        for each in memories
        if each.polarity != "negative"
        and (match := pattern.match(each.text.replace("\u2019", "'")))
    ]
    return [words for words in dict.fromkeys(found) if len(words) <= _LONGEST_WORDS]


def _ranked(topics: Iterator[str]) -> list[str]:
    return [topic for topic, _ in Counter(topics).most_common() if topic != "other"]


def _candidates(known: Known, local: datetime) -> Iterator[Candidate]:
    personal: dict[Because, Sequence[str]] = {"goal": known.goals, "interest": known.interests}
    for reason, words in personal.items():
        for place, each in enumerate(words[:_MOST_PERSONAL]):
            yield Candidate(reason, reason, reason, _FITS[reason] - place / 2, each)
    times = _times(local)
    for starter_id, starter in _read()["general"].items():
        domain = str(starter["domain"])
        fitting = {*starter.get("times", ())}
        if fitting and not times & fitting:
            continue
        holds: dict[Because, bool] = {
            "topic": domain in known.topics,
            "recent": domain in known.recent,
            "time": bool(fitting),
            "general": True,
        }
        reasons = [each for each, is_so in holds.items() if is_so]
        yield Candidate(starter_id, domain, reasons[0], sum(_FITS[each] for each in reasons))


def _times(local: datetime) -> set[str]:
    """What time it is: a part of the day, and whether it is the weekend."""
    parts = {5: "morning", 11: "noon", 14: "afternoon", 18: "evening", 23: "night"}
    part = next((name for hour, name in reversed(parts.items()) if local.hour >= hour), "night")
    return {part, "weekend"} if local.weekday() >= 5 else {part}


def _score(each: Candidate, weights: Mapping[str, float] | None, local: datetime) -> float:
    if weights is None:
        return each.fit
    place = (known_starters().index(each.id) + local.toordinal()) % len(known_starters())
    turn = _TURN * place / len(known_starters())
    return each.fit + turn + _WEIGHT_OF_USE * math.log1p(weights.get(each.id, 0.0))


def _with_use(each: Candidate, weights: Mapping[str, float] | None) -> Candidate:
    is_habit = weights is not None and weights.get(each.id, 0.0) >= 1 and not each.words
    return each._replace(reason="use") if is_habit else each


def _worded(each: Candidate, language: str) -> Starter:
    read = _read()
    texts = read["personal"][each.id] if each.words else read["general"][each.id]["text"]
    reasons = read["because"][each.reason]
    return Starter(
        id=each.id,
        text=texts.get(language, texts["en"]).replace("{words}", each.words),
        reason=each.reason,
        because=reasons.get(language, reasons["en"]),
    )


@cache
def _delicate_words() -> re.Pattern[str]:
    words = "|".join(each.replace("*", r"\w*") for each in _read()["delicate"]["words"])
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def _read() -> dict[str, Any]:
    loaded = yaml.safe_load(files("assistant").joinpath("starters.yaml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded
