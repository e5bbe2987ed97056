"""From a sentence that is worth learning to statements about the user: what to remember of it.

A statement is words of the user's own: the sentence, or a clause of it where one sentence fills two
slots ("I'm Tom and I live in Bristol"). Resolving it against what is known is `resolve.py`'s.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from memory.learn.detector import STRENGTHS, Choice, Detected
from memory.learn.language import Language
from memory.learn.own_words import Sentence
from memory.learn.reading import Reader
from memory.learn.slots import Filled, SlotReader, plainly
from memory.types import MemoryKind, Polarity, Record, Strength

if TYPE_CHECKING:
    from spacy.tokens import Doc

DIET = "diet"
_FAVOURITE = "favourite"
_SLOTS_OF_WISHES = frozenset({"nickname", "reply language"})
_MOST_CLAUSES = 3
_SURE_OF_SLOT = 0.5
_WORTH_OF_CLAUSE = 0.4
# By cross-validation on the sentences that ship.
_RULES_VOTE = 0.5


Detect = Callable[[Sequence[str]], Sequence[Detected]]


class Parser(Protocol):
    """spaCy's pipeline, or one that makes the same parse of a sentence."""

    def __call__(self, text: str) -> "Doc":
        """Tokens with lemmas, parts of speech and dependencies."""
        ...


class Statement(Record):
    """One thing that a message says about its user; characters `start` to `end` say it.

    `is_end` tells that it says of something that it holds no longer, `is_change` that it replaces
    something said before ("now", "actually", "instead").
    """

    text: str
    start: int
    end: int
    kind: MemoryKind
    polarity: Polarity
    strength: Strength
    about: str | None = None
    scope: str | None = None
    slot: str | None = None
    value: str | None = None
    is_end: bool = False
    is_change: bool = False


class StatementReader:
    """Makes statements of sentences, with a parser that is loaded when it is first needed."""

    def __init__(
        self, language: Language, load_parser: Callable[[], Parser], detect: Detect
    ) -> None:
        """Nothing is loaded yet; `load_parser` is called at most once.

        `detect` judges clauses of a sentence that become statements of their own.
        """
        self._language = language
        self._load_parser = load_parser
        self._detect = detect
        self._parser: Parser | None = None
        self._reader = Reader(language)
        self._slots = SlotReader(language)

    def read(self, sentence: Sentence, detected: Detected) -> list[Statement]:
        """The statements of a sentence; `detected` is what the detector takes it for."""
        doc = self._parse(sentence.text)
        clauses = self._clauses(doc)
        if len(clauses) == 1:
            return [self._statement(sentence, doc, detected, self._slot(sentence.text, detected))]
        found = []
        clauses = clauses[:_MOST_CLAUSES]
        judged = self._detect([clause.text for clause in clauses])
        for clause, own in zip(clauses, judged, strict=True):
            start = sentence.start + clause.start
            words = Sentence(clause.text, start, start + clause.end - clause.start)
            slot = next(iter(self._slots.read(clause.text)), None)
            if slot is None and own.worth < _WORTH_OF_CLAUSE:
                continue
            found.append(self._statement(words, self._parse(clause.text), own, slot))
        return found

    def _slot(self, text: str, detected: Detected) -> Filled | None:
        """The slot that a pattern finds, else the one that the detector is sure of."""
        found = self._slots.read(text)
        if found:
            return found[0]
        is_sure = detected.slot_share >= _SURE_OF_SLOT
        if detected.slot is None or detected.value is None or not is_sure:
            return None
        if _OTHERS.search(plainly(text)):
            return None
        start, end = detected.value
        return Filled(detected.slot, text[start:end], start)

    def _parse(self, text: str) -> "Doc":
        if self._parser is None:
            self._parser = self._load_parser()
        return self._parser(plainly(text))

    def _clauses(self, doc: "Doc") -> list[Sentence]:
        """The clauses of a sentence that fill different slots; else the sentence alone."""
        whole = Sentence(doc.text, 0, len(doc.text))
        begun = [token.idx for token in doc if _begins_clause(token)]
        # A greeting before the first clause belongs to it.
        starts = [0, *(start for start in begun if len(doc.text[:start].split()) > 1)]
        if len(starts) == 1:
            return [whole]
        bounds = zip(starts, [*starts[1:], len(doc.text)], strict=True)
        clauses = [_trimmed(doc.text, start, end) for start, end in bounds]
        filled = [self._slots.read(clause.text) for clause in clauses]
        names = [each[0].slot for each in filled if each]
        if len(set(names)) < 1 or not all(len(each.text.split()) > 1 for each in clauses):
            return [whole]
        if _POINTS_BACK.search(clauses[-1].text):
            return [whole]
        return clauses

    def _statement(
        self, place: Sentence, doc: "Doc", detected: Detected, slot: Filled | None
    ) -> Statement:
        text = place.text
        is_end = says_end(text)
        has_diet = slot is not None and slot.slot == DIET and not is_end
        strength = self._strength(text, detected, has_diet=has_diet)
        kind = self._kind(text, detected.kind, slot, strength)
        if kind == "style":
            slot = self._wish(text, slot)
        elif is_end and kind == "constraint" and not _BEGINS_LIMIT.search(plainly(text)):
            kind, strength = "fact", "soft"
        else:
            strength = "hard" if kind == "constraint" else "soft"
        is_sided = kind in ("preference", "constraint")
        return Statement(
            text=text,
            start=place.start,
            end=place.end,
            kind=kind,
            polarity=self._polarity(doc, detected) if is_sided else "neutral",
            strength=strength,
            about=self._reader.about(doc),
            scope=self._reader.scope(doc),
            slot=slot.slot if slot else None,
            value=slot.value if slot else None,
            is_end=is_end,
            is_change=bool(_CHANGE.search(text)),
        )

    def _polarity(self, doc: "Doc", detected: Detected) -> Polarity:
        read = self._reader.polarity(doc)
        if read is None:
            return max(detected.polarity, key=lambda each: detected.polarity[each])
        sides: tuple[Polarity, ...] = ("positive", "negative")
        return max(sides, key=lambda each: _votes(detected.polarity, each, read))

    def _strength(self, text: str, detected: Detected, *, has_diet: bool) -> Strength:
        read = self._reader.strength(text, has_diet=has_diet)
        return max(STRENGTHS.values(), key=lambda each: _votes(detected.strength, each, read))

    def _wish(self, text: str, slot: Filled | None) -> Filled | None:
        """What a wish about replies is about: a name to be called by, or a topic of wishes."""
        if slot and slot.slot in _SLOTS_OF_WISHES:
            return slot
        about = self._slots.wish(text)
        return Filled(f"wish: {about}", text, 0) if about else None

    def _kind(
        self, text: str, likely: MemoryKind, slot: Filled | None, strength: Strength
    ) -> MemoryKind:
        """What the detector takes it for, unless the words settle it."""
        name = slot.slot if slot else ""
        if name in _SLOTS_OF_WISHES or likely == "style":
            return "style"
        if name == DIET:
            return "constraint"
        if name.startswith(_FAVOURITE):
            return "preference"
        if name and likely != "fact" and not self._language.cues["likes"].search(text):
            return "fact"
        if strength == "hard" and likely in ("preference", "fact") and not name:
            return "constraint"
        return likely


def _votes(shares: Mapping[Choice, float], choice: Choice, read: Choice) -> float:
    """What the head and the rules together give a choice."""
    return shares.get(choice, 0.0) + (_RULES_VOTE if choice == read else 0.0)


def says_end(text: str) -> bool:
    """Whether a sentence says of something that it holds no longer."""
    return bool(_END.search(plainly(text)))


def _begins_clause(token: object) -> bool:
    """Whether a clause with a subject of its own begins at this token, on a par with the first."""
    from spacy.tokens import Token

    assert isinstance(token, Token)
    if token.i == 0 or token.lower_ not in ("i", "we", "my", "im", "our"):
        return False
    before = token.doc[token.i - 1].lower_
    if before not in (",", "and", "but", ";", "so", "-", "–", "also", "now", "plus"):
        return False
    verbs = (each for each in token.ancestors if each.pos_ in ("VERB", "AUX"))
    return any(verb.dep_ in ("ROOT", "conj", "ccomp", "parataxis") for verb in verbs)


def _trimmed(text: str, start: int, end: int) -> Sentence:
    words = text[start:end]
    words = re.sub(r"[\s,;–-]+(?:and|but|so|plus|also)?[\s,;–-]*$", "", words)
    return Sentence(words, start, start + len(words))


_POINTS_BACK = re.compile(r"\b(?:it|them|that|those|these|one|there)\W*$", re.IGNORECASE)
# What is said of somebody else fills no slot of the user's.
_OTHERS = re.compile(
    r"^\W*(?:my|our) (?!name|place|home|house|flat|age|job|employer|birthday|birth|hair|first"
    r"|native|mother tongue|phone|car|diet|pronouns|height|weight|boss|contract|title|family"
    r"|parents named|alarm)[\w'-]+ (?!and i\b)",
    re.IGNORECASE,
)
_TASTE = re.compile(
    r"\b(?:prefer|like|love|enjoy|hate|dislike|favou?rite|fan|stand)\b", re.IGNORECASE
)
_END = re.compile(
    r"(?:\bno longer|(?:\bnot|n't|\bnever)\b.{0,60}\b(?:any ?more|any longer|after all)"
    r"|\bany ?more\W*$"
    r"|\b(?:quit|stopped|ended|cancell?ed|dropped|sold|lost|finished|outgrew|outgrown|given up"
    r"|gave up|gone off|went off|broke up|split up|got rid of|resigned|passed away|died|lapsed"
    r"|deleted|closed|moved out|laid off|healed|recovered|cured|retired|scrapped|sworn off"
    r"|decided not to|decided against)\b"
    r"|\bleft (?:my|the|our)\b|\bgave\b.{0,40}\baway\b|\bgot over\b|\bis (?:fine|gone) now\b"
    r"|\bturns? out\b.{0,40}(?:\bnot|n't)\b|\b(?:says|said)\b.{0,20}(?:n't|\bno longer)\b"
    r"|\b(?:over|done with|through with|had enough of)\b.{0,30}$)",
    re.IGNORECASE,
)
# "I can't eat gluten any more" ends a habit, and a limit begins with it.
_BEGINS_LIMIT = re.compile(
    r"\b(?:can't|cannot|can ?not|can no longer|mustn't|must not|not allowed"
    r"|(?:don't|do not|no longer) (?:eat|drink|smoke|consume))\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:now|actually|instead|nowadays|these days|lately|recently|just|correction|changed"
    r"|switched"
    r"|turns out|anymore|any more|no longer|again|meanwhile|since then|from now on|going forward"
    r"|used to|new|finally|after all|in fact|rather|scratch that|i meant|i mean|sorry|wrong"
    r"|as of)\b",
    re.IGNORECASE,
)
