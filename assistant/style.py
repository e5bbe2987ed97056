"""How replies are fitted to the user, dimension by dimension, and because of what.

What the user wished for comes first, then what they said about replies, then how they write
themselves. The last two are an adaptation that the user can switch off (`Purpose.ADAPT_STYLE`);
wishes are memories and hold like them. Words of ours only: nothing a user wrote is repeated here.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Literal, Protocol

from assistant.restyle import Filter, WithoutEmojis, WithoutLists
from assistant.style_wishes import DIMENSIONS, LANGUAGE_NAMES, Dimension, read_wishes
from assistant.types import Record
from memory.emojis import has_emoji
from memory.types import Memory, Purpose
from memory.vault import Vault
from memory.writing import Habits, OwnMessage, habits_of
from prompts.library import Template

FEWEST_MESSAGES = 8
_LATEST_OPINIONS = 20
_FEWEST_OPINIONS = 2
_SHORT_WORDS = 6
_LONG_WORDS = 50
_MOST = 0.6
_OFTEN = 0.3
_FEWEST_WITHOUT_EMOJI = 20
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_LANGUAGES = {code: name.capitalize() for name, code in reversed(LANGUAGE_NAMES.items())}

_ASKS_FOR_LENGTH = re.compile(
    r"\b(?:in detail|detailed|more details?|at length|in full|step[- ]by[- ]step|thorough(?:ly)?"
    r"|(?:long|longer|short|shorter) (?:answer|reply|version|text|explanation)|tell me more"
    r"|keep (?:it|this)(?: one)? short|briefly|in (?:short|brief)|tl;?dr"
    r"|in \w+ (?:words|sentences?|lines|paragraphs?)|essay|story|poem|recipe|function|script)\b"
    r"|(?:^|please |you |help me )(?:re)?(?:write|draft|compose|translate|summari[sz]e|code"
    r"|implement|list|plan|outline)\b|```",
    re.IGNORECASE,
)
_ASKS_FOR_A_LIST = re.compile(r"\b(?:lists?|bullets?|bullet points?|tables?|markdown)\b", re.I)
_ASKS_FOR_EMOJI = re.compile(r"\b(?:emojis?|emoticons?|smileys?)\b", re.IGNORECASE)
_ASKS_FOR_A_LANGUAGE = re.compile(
    rf"\btranslat|\b(?:in|into|to|auf|en) (?:{'|'.join(LANGUAGE_NAMES)})\b|\bhow (?:do|would) "
    r"(?:you|i|we) say\b",
    re.IGNORECASE,
)


def language_name(language: str) -> str:
    """The English name of a language given by its ISO 639-1 code; any other text as it is."""
    return _LANGUAGES.get(language.lower(), language)


class Opinion(Protocol):
    """What a user said about a reply, as far as it matters here."""

    @property
    def words(self) -> str | None:
        """The user's own, like "too long"."""

    @property
    def time(self) -> datetime:
        """When it was said."""


class Trait(Record):
    """One dimension of style. Without a `value` the model answers as it does by itself."""

    value: str | None = None
    source: Literal["wish", "feedback", "writing", "none"] = "none"
    because: str
    memories: tuple[str, ...] = ()


class Style(Record):
    """How replies are fitted to a user. `is_adapting`: from how they write, too."""

    length: Trait
    formality: Trait
    language: Trait
    format: Trait
    emoji: Trait
    name: Trait
    is_adapting: bool

    def trait(self, dimension: Dimension) -> Trait:
        """One dimension by its name."""
        found = getattr(self, dimension)
        assert isinstance(found, Trait)
        return found

    def traits(self) -> dict[Dimension, Trait]:
        """All dimensions by their names."""
        return {each: self.trait(each) for each in DIMENSIONS}

    def lines(self) -> list[str]:
        """A line a dimension, for people to read."""
        return [
            f"{each}: {_LANGUAGES.get(trait.value or '', trait.value) or 'as it comes'}"
            f" ({trait.because})"
            for each, trait in self.traits().items()
        ]

    def adapted_lines(self, template: Template) -> list[str]:
        """What a prompt says about the way the user writes; wishes stand in it anyway."""
        adapted = self._values("feedback", "writing")
        return template.render("style", **adapted).splitlines() if any(adapted.values()) else []

    def reminder(self, template: Template, text: str) -> str:
        """What a prompt repeats behind the message `text`: wishes that it does not overrule."""
        wished = self._values("wish") | dict.fromkeys(_overruled(text))
        if not any(wished.values()):
            return ""
        return " ".join(template.render("reminder", **wished).split("\n"))

    def filters(self, text: str) -> list[Filter]:
        """What takes out of the reply to the message `text` what the user wished not to see."""
        wished = self._values("wish") | dict.fromkeys(_overruled(text))
        emojis: list[Filter] = [WithoutEmojis()] if wished["emoji"] == "none" else []
        return [*emojis, WithoutLists()] if wished["format"] == "plain" else emojis

    def _values(self, *sources: str) -> dict[str, str | None]:
        return {
            each: trait.value if trait.source in sources else None
            for each, trait in self.traits().items()
            if each != "name"
        }


def style_of(
    vault: Vault, *, now: datetime, opinions: Sequence[Opinion] = (), wishes_only: bool = False
) -> Style:
    """Read a user's style off what is kept about them.

    `wishes_only` spares reading how they write, where a conversation has its style already.
    """
    consents = vault.consents.all()
    wishes = vault.memories.of_kind("style", now=now) if consents[Purpose.USE_IN_REPLIES] else []
    if not consents[Purpose.ADAPT_STYLE]:
        return fit_style(wishes, because="adapting to how you write is switched off")
    if wishes_only:
        return fit_style(wishes, messages=[])
    beginnings = vault.writing.beginnings()
    return fit_style(wishes, messages=vault.writing.latest(), opinions=opinions, since=beginnings)


def fit_style(
    wishes: Sequence[Memory],
    *,
    messages: Sequence[OwnMessage] | None = None,
    opinions: Sequence[Opinion] = (),
    since: Mapping[str, datetime] | None = None,
    because: str = "nothing speaks for something else",
) -> Style:
    """Choose each dimension: by the newest wish, else by opinions, else by how the user writes.

    `wishes` come oldest first. Without `messages` only wishes count. `since` says from when on
    messages and opinions count for a dimension.
    """
    nothing = {each: Trait(because=because) for each in DIMENSIONS}
    adapted = _adapted(messages, opinions, since or {}) if messages is not None else {}
    return Style(**nothing | adapted | _wished(wishes), is_adapting=messages is not None)


def _wished(wishes: Sequence[Memory]) -> dict[Dimension, Trait]:
    return {
        wish.dimension: Trait(
            value=wish.value, source="wish", because="you wished for it", memories=(memory.id,)
        )
        for memory in wishes
        if memory.scope is None
        for wish in read_wishes(memory.text)
    }


def _adapted(
    messages: Sequence[OwnMessage], opinions: Sequence[Opinion], since: Mapping[str, datetime]
) -> dict[Dimension, Trait]:
    @cache
    def habits(start: datetime) -> Habits:
        return habits_of([said.text for said in messages if said.time > start])

    found = {}
    for each in DIMENSIONS:
        start = since.get(each, _ALWAYS)
        heard = [said for said in opinions if said.time > start]
        found[each] = _from_opinions(each, heard) or _from_writing(each, habits(start))
    return {each: trait for each, trait in found.items() if trait}


def _from_opinions(dimension: Dimension, opinions: Sequence[Opinion]) -> Trait | None:
    latest = sorted(opinions, key=lambda said: said.time)[-_LATEST_OPINIONS:]
    wishes = [wish for said in latest for wish in read_wishes(said.words or "")]
    counts = Counter(wish.value for wish in wishes if wish.dimension == dimension)
    (value, most), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    if dimension == "name" or most < _FEWEST_OPINIONS or most == second:
        return None
    return Trait(value=value, source="feedback", because=f"you said so about {most} replies")


def _from_writing(dimension: Dimension, habits: Habits) -> Trait | None:
    value = _habit(dimension, habits) if habits.messages >= FEWEST_MESSAGES else None
    if value is None:
        return None
    because = f"from your last {habits.messages} messages"
    return Trait(value=value, source="writing", because=because)


def _habit(dimension: Dimension, habits: Habits) -> str | None:
    """What the way somebody writes suggests; only where it is plain."""
    match dimension:
        case "length" if habits.median_words <= _SHORT_WORDS:
            return "short"
        case "length" if habits.median_words >= _LONG_WORDS:
            return "detailed"
        case "formality" if habits.casual_share >= _MOST:
            return "casual"
        case "formality" if habits.formal_share >= _MOST:
            return "formal"
        case "language" if habits.language_share >= _MOST and habits.language != "en":
            return habits.language
        case "emoji" if habits.emoji_share >= _OFTEN:
            return "some"
        case "emoji" if not habits.emoji_share and habits.messages >= _FEWEST_WITHOUT_EMOJI:
            return "none"
    return None


def _overruled(text: str) -> set[Dimension]:
    """The dimensions about which a message says itself what it wants."""
    wanted: dict[Dimension, bool] = {
        "length": _ASKS_FOR_LENGTH.search(text) is not None,
        "format": _ASKS_FOR_A_LIST.search(text) is not None,
        "emoji": _ASKS_FOR_EMOJI.search(text) is not None or has_emoji(text),
        "language": _ASKS_FOR_A_LANGUAGE.search(text) is not None,
    }
    return {each for each, is_wanted in wanted.items() if is_wanted}
