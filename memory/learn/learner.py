"""The learner, top to bottom: own words → detector → firewall → statements, for one message.

It reads only what a user typed, and says what there is to learn; `Vault.learn` squares that with
what is known. No language model, no database.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from memory.embeddings import Embedder
from memory.learn.detector import Detected, Detector
from memory.learn.effects import EffectReader, Effects
from memory.learn.firewall import Span, overlaps, suspicious_spans
from memory.learn.language import Language, english
from memory.learn.own_words import Sentence, asks_for_work, own_sentences
from memory.learn.slots import SlotReader
from memory.learn.statements import Parser, Statement, StatementReader, says_end
from memory.types import MemoryKind, Vectors

# What somebody says by the way is believed sooner than a line of a long text, which may be pasted,
# and sooner with an "I" than without.
_WORTH = 0.4
_WORTH_IF_PLAIN = 0.2
_WORTH_IN_LONG = 0.8
_WORTH_IF_GENERAL = 0.8
_WORTH_IF_ASKING = 0.92
_WORTH_OF_WISH = 0.6
_WORTH_OF_UNCLEAR_WISH = 0.75
_WORTH_OF_LASTING_WISH = 0.25
_WORTH_OF_WISH_AMONG_WORK = 0.97
_WORTH_WITHOUT_ME = 0.85
_WORTH_ALONE = 0.65
_NEVER = 2.0
_MOSTLY = 0.35
_LONG = 600
_MANY_SENTENCES = 4
_FEW_SENTENCES = 2
_FEWEST_WORDS = 2


ReadEffects = Callable[[str, Sequence[str]], list[Effects]]


class Lesson:
    """A statement with its vector, and how sure the detector is.

    The firewall marked it where it `is_suspicious`: it waits for review and is not used.
    """

    def __init__(
        self,
        statement: Statement,
        vector: Vectors,
        *,
        worth: float,
        is_suspicious: bool,
        effects: ReadEffects | None = None,
    ) -> None:
        """`effects` reads what it does to earlier statements; without it words alone decide."""
        self.statement = statement
        self.vector = vector
        self.worth = worth
        self.is_suspicious = is_suspicious
        self._effects = effects

    def effects_on(self, earlier: Sequence[str]) -> Sequence[Effects | None]:
        """What it does to each of earlier statements; None where that is not read."""
        if self._effects is None:
            return [None] * len(earlier)
        return self._effects(self.statement.text, earlier)


class Lessons:
    """What one message teaches, and its spans that the firewall marks."""

    def __init__(self, learned: Sequence[Lesson], suspicious: Sequence[Span]) -> None:
        self.learned = learned
        self.suspicious = suspicious


class Candidate(NamedTuple):
    """A sentence that may be learned from, and what the detector takes it for."""

    sentence: Sentence
    detected: Detected


class Learner:
    """Reads messages with one embedder, one encoder of sentences and one parser."""

    def __init__(
        self,
        embedder: Embedder,
        *,
        find_encoder: Callable[[], Path],
        load_parser: Callable[[], Parser],
    ) -> None:
        """Nothing is loaded yet; `find_encoder` names the folder of the detector's encoder."""
        self._embedder = embedder
        self._find_encoder = find_encoder
        self._effects = EffectReader(find_encoder)
        self._load_parser = load_parser

    def warm_up(self) -> None:
        """Load the parser and the networks now, so that the first message need not wait."""
        for lesson in self.read("I like to be warmed up.").learned:
            lesson.effects_on(["I like to be cold."])

    def read(self, message: str, vector: Vectors | None = None) -> Lessons:
        """What a message that the user typed teaches; `vector` is its embedding, if at hand."""
        return self.read_all([message], [vector])[0]

    def read_memory(self, text: str) -> Statement | None:
        """What a memory says that the user wrote: a statement, however unlikely it looks.

        None where it says several things, or is in a language that is not learned from.
        """
        if not self._is_english(text):
            return None
        (detected,) = self._detector.detect([text])
        statements = self._reader.read(Sentence(text, 0, len(text)), detected)
        return statements[0] if len(statements) == 1 else None

    def read_all(
        self, messages: Sequence[str], vectors: Sequence[Vectors | None] | None = None
    ) -> list[Lessons]:
        """The same for many messages, whose sentences are judged and embedded together."""
        asked = [self._worth_a_look(message) for message in messages]
        judged = iter(self._detector.detect([each.text for group in asked for each in group]))
        likely = [
            self._likely(message, [Candidate(each, next(judged)) for each in sentences])
            for message, sentences in zip(messages, asked, strict=True)
        ]
        embedded = self._embedded(messages, vectors or [None] * len(messages), likely)
        lessons = []
        for message, candidates, rows in zip(messages, likely, embedded, strict=True):
            suspicious = suspicious_spans(message, self._language)
            learned = self._lessons(message, candidates, rows, suspicious)
            lessons.append(Lessons(learned, suspicious))
        return lessons

    def _worth_a_look(self, message: str) -> list[Sentence]:
        """A cheap look that leaves out what cannot be a statement about the user."""
        if told := _TOLD_TO_REMEMBER.match(message):
            start = told.end()
            return [Sentence(message[start:].rstrip(), start, len(message.rstrip()))]
        return [
            each
            for each in own_sentences(message)
            if self._is_english(each.text)
            and not _TOLD_TO_FORGET.match(each.text)
            and (not each.text.rstrip("\"') ").endswith("?") or _POLITE_WISH.match(each.text))
        ]

    def _likely(self, message: str, judged: Sequence[Candidate]) -> list[Candidate]:
        """Those that the detector is sure enough of; all of what is to be remembered."""
        if _TOLD_TO_REMEMBER.match(message):
            return list(judged)
        sentences = [each.sentence for each in judged]
        return [
            each
            for each in judged
            if each.detected.worth
            >= self._bar(message, each.sentence, sentences, each.detected.kind)
        ]

    def _embedded(
        self,
        messages: Sequence[str],
        given: Sequence[Vectors | None],
        likely: Sequence[Sequence[Candidate]],
    ) -> list[list[Vectors]]:
        """A vector a sentence; a sentence that is the whole message has the message's."""
        known = [
            [vector if each.sentence.text == message.strip() else None for each in candidates]
            for message, vector, candidates in zip(messages, given, likely, strict=True)
        ]
        missing = [
            each.sentence.text
            for candidates, rows in zip(likely, known, strict=True)
            for each, row in zip(candidates, rows, strict=True)
            if row is None
        ]
        made = iter(self._embedder.vectors(missing) if missing else ())
        return [[next(made) if row is None else row for row in rows] for rows in known]

    def _lessons(
        self,
        message: str,
        candidates: Sequence[Candidate],
        rows: Sequence[Vectors],
        suspicious: list[Span],
    ) -> list[Lesson]:
        is_told = bool(_TOLD_TO_REMEMBER.match(message))
        found: list[Lesson] = []
        for (sentence, detected), vector in zip(candidates, rows, strict=True):
            is_doubtful = detected.worth < _WORTH_IF_GENERAL and detected.kind != "style"
            if is_doubtful and not is_told and self._is_general(vector):
                continue
            is_marked = overlaps(Span(sentence.start, sentence.end), suspicious)
            statements = self._reader.read(sentence, detected)
            found += [
                Lesson(
                    said,
                    own,
                    worth=detected.worth,
                    is_suspicious=is_marked,
                    effects=self._effects.read,
                )
                for said, own in zip(statements, self._own(statements, vector), strict=True)
            ]
        return found

    def _own(self, statements: Sequence[Statement], vector: Vectors) -> Sequence[Vectors]:
        """A vector a statement: the sentence's, unless it has several."""
        if len(statements) == 1:
            return [vector]
        return list(self._embedder.vectors([each.text for each in statements]))

    def _is_general(self, vector: Vectors) -> bool:
        """Whether a sentence is about code, arithmetic or the like rather than about somebody."""
        domains = self._embedder.domains
        return domains.general(domains.shares(vector[None, :])[0]) > _MOSTLY

    def _bar(
        self, message: str, sentence: Sentence, sentences: Sequence[Sentence], kind: MemoryKind
    ) -> float:
        """How sure the detector has to be of a sentence."""
        cues = self._language.cues
        text = sentence.text
        if kind != "style" and (cues["imperative"].search(text) or cues["question"].search(text)):
            return _WORTH_IF_ASKING
        is_long = len(message) > _LONG or len(sentences) >= _MANY_SENTENCES
        if _ME.search(text) and kind != "style":
            if is_long:
                return _WORTH_IN_LONG
            is_plain = says_end(text) or bool(self._slots.read(text))
            return _WORTH_IF_PLAIN if is_plain else _WORTH
        if len(text.split()) < _FEWEST_WORDS:
            return _NEVER
        if kind == "style":
            return self._bar_of_wish(text, is_long=is_long, is_alone=len(sentences) == 1)
        if len(sentences) == 1 and not is_long:
            return _WORTH_ALONE
        return _NEVER if is_long or len(sentences) > _FEW_SENTENCES else _WORTH_WITHOUT_ME

    def _bar_of_wish(self, text: str, *, is_long: bool, is_alone: bool) -> float:
        """A wish about replies is known by what it is about, and by words that make it last."""
        cues = self._language.cues
        is_lasting = bool(cues["standing"].search(text) or cues["lasting"].search(text))
        names_replies = bool(cues["about_answers"].search(text))
        has_topic = names_replies or self._slots.wish(text) is not None
        if is_long:
            return _WORTH_IN_LONG if is_lasting else _NEVER
        if is_lasting:
            return _WORTH_OF_LASTING_WISH if has_topic else _WORTH
        if names_replies:
            return _WORTH_OF_WISH
        is_clear = is_alone and not _TELLS.match(text) and not asks_for_work(text)
        return _WORTH_OF_UNCLEAR_WISH if is_clear else _WORTH_OF_WISH_AMONG_WORK

    def _is_english(self, text: str) -> bool:
        """Whether more of the commonest words are English than of other languages."""
        words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.lower().replace("’", "'"))
        ours = sum(self._language.has("common", word) for word in words)
        theirs = sum(self._language.has("foreign", word) for word in words)
        return ours >= theirs and (ours > 0 or text.isascii())

    @cached_property
    def _language(self) -> Language:
        return english()

    @cached_property
    def _detector(self) -> Detector:
        return Detector(self._find_encoder, self._language)

    @cached_property
    def _slots(self) -> SlotReader:
        return SlotReader(self._language)

    @cached_property
    def _reader(self) -> StatementReader:
        return StatementReader(self._language, self._load_parser, self._detector.detect)


_ME = re.compile(
    r"\b(?:i|i['’]?m|i['’]?ve|i['’]?d|i['’]?ll|me|my|mine|myself|we|we['’]re|our|us|ours)\b",
    re.IGNORECASE,
)
# What begins so tells something, unless it names a wish.
_TELLS = re.compile(
    r"\W*(?:i (?!want|like|prefer|find|need|hate|don't want|would|love)|perhaps\b|maybe\b"
    r"|let us\b)",
    re.IGNORECASE,
)
# "Could you stop using emojis?" asks for nothing but a habit.
_POLITE_WISH = re.compile(
    r"\W*(?:please )?(?:can|could|would|will)(?: you| we| our chats)\b.*\b(?:always|never|stop"
    r"|avoid|refrain"
    r"|quit|skip|drop|leave out|in (?:the )?future|in general|from now on|from here on|every|each"
    r"|whenever|less|fewer|more often|not use|no more|mind|by default|be in|when(?:ever)? (?:i"
    r"|you))\b",
    re.IGNORECASE,
)
# An order, which may name what is not to be known.
_TOLD_TO_FORGET = re.compile(
    r"\W*(?:please |ok,? |can you |could you |now |and )*"
    r"(?:forget|unlearn|delete|erase|stop remembering|don['’]t remember)"
    r"(?: the (?:fact|memory|thing))?(?: (?:that|about|how|what|where))?[:,]? (?:that )?"
    r"(?:i|i['’]\w+|my|we|our|me)\b",
    re.IGNORECASE,
)
_TOLD_TO_REMEMBER = re.compile(
    r"\s*(?:please |hey,? |ok,? |also,? |can you |could you )*(?:remember|note|keep in mind"
    r"|bear in mind"
    r"|make a note|take note|don't forget|do not forget|never forget|for the record|memori[sz]e"
    r"|recuerda|merk dir|merke dir|retiens|souviens-toi|lembra-te|lembre-se|ricorda|onthoud"
    r"|kom ihåg"
    r"|zapamiętaj|запомни|hatırla|覚えて|记住)"
    r"(?:,? (?:please|bitte|por favor))?(?: that| this| of| que| dass| de que| che| dat| att| że"
    r"|,? что)?[:,]?\s+"
    r"(?!to\b|me\b|when\b|how\b|what\b|the (?:milk|time)\b)",
    re.IGNORECASE,
)
