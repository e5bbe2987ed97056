"""Squaring a new statement with what is known: add, strengthen, replace, or ask.

Pure decisions: what was said, and the memories that are near to it with their cosine similarities,
in; what to do, out. `Memories` carries it out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from memory.keywords import telling_words
from memory.learn.effects import Effects
from memory.learn.language import Language
from memory.learn.statements import DIET, Statement
from memory.types import Memory

# Cosines of all-MiniLM-L6-v2, looked at on flips and pairs of our own.
_SAME = 0.93
_SAME_WORDING = 0.8
_ABOUT_THE_SAME = 0.45
_ENDS_BY_MEANING = 0.7
_LIKES_WHAT_HURTS = 0.5
_SWITCHES = 0.6
_CHANGES = 0.5
_CLEARLY = 0.6
_WISHES_CLASH = 0.62
# How likely the network of effects has to hold it that an earlier statement holds no longer: to
# retire it without words that say so, and for such words to be heeded.
_RETIRES = 0.9
_LETS_BE = 0.1


class Near(NamedTuple):
    """A memory that holds, how near it is to what was said now, and what that does to it.

    Where `effects` were not read, words alone decide.
    """

    memory: Memory
    similarity: float
    effects: Effects | None = None

    @property
    def is_retired(self) -> bool:
        """Whether it surely holds no longer, also where no words say so."""
        return self.effects is not None and self.effects.retires >= _RETIRES

    @property
    def may_be_retired(self) -> bool:
        """Whether words that say that it holds no longer are to be heeded."""
        return self.effects is None or self.effects.retires >= _LETS_BE


@dataclass(frozen=True)
class Decision:
    """What to do with a statement; `replaces` are superseded by it, the first one in name."""

    action: Literal["added", "strengthened", "updated", "ended"]
    repeats: Memory | None = None
    replaces: tuple[Memory, ...] = ()
    contradicts: Memory | None = None


class Resolver:
    """Decides with the word lists of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def decide(self, said: Statement, near: Sequence[Near]) -> Decision:
        """What `said` does to memories; `near` is best first, and has those of the same slot."""
        near = sorted(near, key=lambda each: -each.similarity)
        for each in near:
            if self._repeats(said, each):
                return Decision("strengthened", repeats=each.memory)
        retired = self._by_rules(said, near)
        retired += tuple(
            each.memory for each in near if each.is_retired and each.memory not in retired
        )
        binding = [each for each in retired if each.strength == "hard"]
        if binding and said.strength == "soft" and not (said.is_change or said.is_end or said.slot):
            return Decision("added", contradicts=binding[0])
        if retired:
            return Decision("ended" if said.is_end else "updated", replaces=retired)
        return Decision("added", contradicts=None if said.is_end else self._broken(said, near))

    def _by_rules(self, said: Statement, near: Sequence[Near]) -> tuple[Memory, ...]:
        """What words show to hold no longer, unless both together are read as holding."""
        if replaced := self._of_same_slot(said, near):
            return replaced
        open_to_it = [each for each in near if each.may_be_retired]
        if said.is_end:
            return self._ended(said, open_to_it)
        return self._contradicted(said, open_to_it) or self._changed(said, open_to_it)

    def _repeats(self, said: Statement, each: Near) -> bool:
        old = each.memory
        if _plain(old.text) == _plain(said.text):
            return True
        if said.is_end or said.is_change or old.polarity != said.polarity or old.kind != said.kind:
            return False
        if said.slot and old.slot == said.slot:
            return each.similarity >= _SAME_WORDING and _value(said) in _plain(old.text)
        if said.slot or old.slot or old.scope != said.scope:
            return False
        if _numbers(old.text) != _numbers(said.text):
            return False
        if each.similarity >= _SAME:
            return self._key(old) == self._key(said)
        return each.similarity >= _SAME_WORDING and self._key(old) == self._key(said) != frozenset()

    def _of_same_slot(self, said: Statement, near: Sequence[Near]) -> tuple[Memory, ...]:
        if said.slot is None:
            return ()
        same = [each for each in near if each.memory.slot == said.slot]
        if said.slot.startswith("wish:") and said.slot != "wish: reply language":
            same = [each for each in same if each.similarity >= _WISHES_CLASH]
        if said.slot.startswith("number of") and re.match(r"an?\b", said.value or "", re.I):
            return ()  # "I have a dog" counts none of several
        found = [each.memory for each in same]
        if said.slot in ("job", "employer"):
            found += [each.memory for each in near if self._is_of_same_work(said, each.memory)]
        if said.slot == DIET:
            found += [
                each.memory
                for each in near
                if each.memory.kind == "constraint"
                and _EATS_NO.search(each.memory.text)
                and _EATS_AGAIN.search(said.text)
            ]
        return tuple(dict.fromkeys(found))

    def _is_of_same_work(self, said: Statement, old: Memory) -> bool:
        """Whether a new job takes the place of what was said of the employer, or the reverse."""
        if {old.slot, said.slot} != {"job", "employer"}:
            return False
        if _ENDS_JOB.search(said.text):
            return True
        return bool(_AT_WORK.search(old.text)) and (
            said.is_change or bool(_AT_WORK.search(said.text))
        )

    def _ended(self, said: Statement, near: Sequence[Near]) -> tuple[Memory, ...]:
        """The memory that is nearest among those that share a telling word with the end of it."""
        stems = self._stems(said.text)
        sharing = [
            each.memory
            for each in near
            if each.similarity >= _ABOUT_THE_SAME and stems & self._stems(each.memory.text)
        ]
        return tuple(sharing[:1]) or tuple(
            each.memory for each in near[:1] if each.similarity >= _ENDS_BY_MEANING
        )

    def _contradicted(self, said: Statement, near: Sequence[Near]) -> tuple[Memory, ...]:
        """Likes and dislikes of the very same thing, under the same condition."""
        if said.kind not in ("preference", "constraint") or said.polarity == "neutral":
            return ()
        key = self._key(said)
        return tuple(
            each.memory
            for each in near
            if key
            and each.similarity >= _ABOUT_THE_SAME
            and each.memory.kind in ("preference", "constraint")
            and {each.memory.polarity, said.polarity} == {"positive", "negative"}
            and (each.memory.scope or "").lower() == (said.scope or "").lower()
            and self._is_same_thing(key, self._key(each.memory), is_change=said.is_change)
        )

    def _is_same_thing(self, new: frozenset[str], old: frozenset[str], *, is_change: bool) -> bool:
        return new == old or (is_change and bool(old) and (new <= old or old <= new))

    def _changed(self, said: Statement, near: Sequence[Near]) -> tuple[Memory, ...]:
        """What names the same thing as a statement that says it is otherwise now."""
        if _ADDS.search(said.text):
            return ()
        for each in near:
            if each.similarity < _CHANGES:
                break
            old = each.memory
            if not self._stems(said.text) & self._stems(old.text):
                continue
            if said.slot and old.slot and said.slot != old.slot:
                continue
            subject = _subject(said.text)
            is_counted_anew = (
                subject is not None
                and subject == _subject(old.text)
                and _numbers(said.text) != _numbers(old.text)
            )
            is_clear = said.is_change and each.similarity >= _CLEARLY
            if is_counted_anew or is_clear or _REPLACES.search(said.text):
                return (old,)
        return self._switched_from(said, near) if said.is_change else ()

    def _switched_from(self, said: Statement, near: Sequence[Near]) -> tuple[Memory, ...]:
        """One choice in the place of another: "I drink tea these days" after "I drink coffee"."""
        for each in near:
            old = each.memory
            if each.similarity < _SWITCHES or old.kind != said.kind or old.strength == "hard":
                continue
            if said.kind == "style" or not _CHOICE.search(said.text):
                continue
            if _choice(said.text) == _choice(old.text):
                return (old,)
        return ()

    def _broken(self, said: Statement, near: Sequence[Near]) -> Memory | None:
        """A hard constraint on what is liked now: "I love prawns" of somebody allergic to them."""
        if said.kind != "preference" or said.polarity != "positive":
            return None
        stems = self._key(said)
        for each in near:
            old = each.memory
            if (
                old.strength == "hard"
                and old.polarity == "negative"
                and each.similarity >= _LIKES_WHAT_HURTS
            ):
                theirs = self._key(old)
                if theirs and stems and (stems <= theirs or theirs <= stems):
                    return old
        return None

    def _key(self, item: Statement | Memory) -> frozenset[str]:
        """The stems that say what it is about."""
        return self._stems(item.about or item.text) or self._stems(item.text)

    def _stems(self, text: str) -> frozenset[str]:
        return frozenset(
            stem
            for word, stem in telling_words(text).items()
            if not self._language.has("generic", word)
            and not self._language.has("stance", word)
            and not self._language.has("positive_verbs", stem)
            and not self._language.has("negative_verbs", stem)
        )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _value(said: Statement) -> str:
    return _plain(said.value or said.text)


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _subject(text: str) -> str | None:
    """Whom of the user's a statement is about, with a number: "my mum", "I work … days"."""
    found = _COUNTED.match(text)
    return found[1].lower() if found else None


def _choice(text: str) -> str | None:
    """The verb by which one of several is chosen."""
    found = _CHOICE.search(text)
    return None if found is None else _SAME_CHOICE.get(found[1].lower(), found[1].lower())


_CHOICE = re.compile(
    r"\b(prefer|use|using|drink|drive|take|listen|read|play|wear|follow|support|switched|go|run"
    r"|swim"
    r"|study|studying|learning|watch|choose|write|cycle|walk|commute|train|cook)\b",
    re.IGNORECASE,
)
_SAME_CHOICE = {"using": "use", "switched": "use", "studying": "study"}
_COUNTED = re.compile(
    r"\W*((?:my|our) [\w'-]+|i (?:have|work|earn|own|sleep|read|weigh|drink|smoke|pay|spend"
    r"|run))\b",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"\b(?:also|too|as well|another|second|both|other|besides|in addition|more and more|either)\b",
    re.IGNORECASE,
)
# Stronger than a mere "now" or "just": something else was there before.
_REPLACES = re.compile(
    r"\b(?:instead|switched|swapped|changed|correction|actually|typo|i meant|moved on|no longer"
    r"|used to|any ?more|gone off|these days|from now on|going forward|turns out|after all|in fact"
    r"|rather than|not .{1,30} but|scratch that|replaced|upgraded|became|turned into)\b",
    re.IGNORECASE,
)
_AT_WORK = re.compile(r"\b(?:at|for|with) ", re.IGNORECASE)
_ENDS_JOB = re.compile(
    r"\b(?:lost|quit|left|resign\w+|retired|laid off|fired|unemployed|between jobs)\b",
    re.IGNORECASE,
)
_EATS_AGAIN = re.compile(
    r"\beat(?:ing)?\b.*\b(?:meat|fish|dairy|everything|anything)\b", re.IGNORECASE
)
_EATS_NO = re.compile(
    r"\bveg\w+|\bpescatarian|\bplant-based|\bmeat\b|\bdairy\b|\bfish\b", re.IGNORECASE
)
_FAMILY = {
    "fact": "life",
    "goal": "life",
    "preference": "taste",
    "constraint": "taste",
    "style": "style",
}
