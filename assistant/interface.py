"""How the app looks to a user, and because of what: text size, density, language, order.

What the user chose comes first, then what they said about themselves, then the language they write
in, then the browser's. All but the choice is an adaptation, which `Purpose.ADAPT_STYLE` switches
off. It is read off what is kept and kept nowhere, so it ends when that is forgotten. Knows nothing
about pages.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from assistant.access import Access
from assistant.errors import InvalidChoice
from assistant.introduction import Introduction, memories_of
from assistant.look_wishes import ASPECTS, Aspect, read_look_wishes, telling_words
from assistant.shared import Shared
from assistant.starters import Starter, known_starters, starters_for
from assistant.style import fit_style
from assistant.types import Record
from memory.interface import Setting
from memory.languages import languages
from memory.types import Memory, Purpose
from memory.vault import Vault

Source = Literal["chosen", "said", "wished", "wrote", "browser", "default"]

_DEFAULTS: dict[Aspect, str] = {
    "text_size": "normal",
    "density": "comfortable",
    "language": "en",
    "order": "automatic",
}
_VALUES: dict[Aspect, Sequence[str]] = {
    "text_size": ("normal", "large", "largest"),
    "density": ("compact", "comfortable", "spacious"),
    "language": sorted(languages()),
    "order": ("automatic", "fixed"),
}
_BECAUSE: dict[Source, str] = {
    "chosen": "you chose it",
    "said": "you said “{words}”",
    "wished": "you wished for replies in it",
    "wrote": "you write in it",
    "browser": "your browser asks for it",
    "default": "nothing speaks for something else",
}
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_MOST_READ = 200
_INTRODUCED = "introduced"


class Look(Record):
    """One aspect of the look. `words` are what the user said, where that is the reason."""

    value: str
    source: Source = "default"
    words: str = ""

    @property
    def because(self) -> str:
        """The reason, for people to read."""
        return _BECAUSE[self.source].replace("{words}", self.words)


class Interface(Record):
    """How the app looks.

    text_size: normal, large, largest; density: compact, comfortable, spacious; language: an ISO
    639-1 code; order (of starters, and of kinds of text): automatic, fixed.
    """

    text_size: Look
    density: Look
    language: Look
    order: Look

    def look(self, aspect: Aspect) -> Look:
        """One aspect by its name."""
        found = getattr(self, aspect)
        assert isinstance(found, Look)
        return found

    def adapted(self) -> dict[Aspect, Look]:
        """What follows from what the user said or wrote, rather than from a choice."""
        looks = {each: self.look(each) for each in ASPECTS}
        return {
            each: look
            for each, look in looks.items()
            if look.source in ("said", "wished", "wrote") and look.value != _DEFAULTS[each]
        }


class CompanionInterface:
    """`companion.interface`: how the app looks to the user, what it offers, and the first run."""

    def __init__(self, access: Access, shared: Shared) -> None:
        self._access = access
        self._shared = shared

    def __call__(self, *, browser: str | None = None) -> Interface:
        """How the app looks; `browser` is the language that the user's browser asks for."""
        with self._access.reading() as vault:
            return interface_of(vault, now=self._shared.clock(), browser=browser)

    def set(self, aspect: Aspect, value: str | None) -> None:
        """Choose something, or with None leave it to be automatic again.

        Raises:
            InvalidChoice: there is no such aspect, or no such value.
        """
        _refuse_unknown(aspect, _VALUES)
        if value is not None and value not in _VALUES[aspect]:
            raise InvalidChoice(
                f"{value!r} is no {aspect}; choose one of {', '.join(_VALUES[aspect])}."
            )
        with self._access.writing() as vault:
            if value is None:
                vault.interface.clear(aspect)
            else:
                vault.interface.set(aspect, value, time=self._shared.clock())

    def reset(self, aspect: Aspect) -> None:
        """Let an aspect begin anew: only what is said and done from now on counts for it.

        Raises:
            InvalidChoice: there is no such aspect.
        """
        _refuse_unknown(aspect, _VALUES)
        with self._access.writing() as vault:
            vault.interface.set(aspect, None, time=self._shared.clock())

    def starters(self, *, limit: int = 4, language: str = "en") -> Sequence[Starter]:
        """Beginnings of a chat that fit this user, their goals and the time of day.

        At least one has nothing to do with what is known, and none tells anything delicate. No
        language model takes part.
        """
        with self._access.reading() as vault:
            return starters_for(
                vault,
                now=self._shared.clock(),
                zone=self._shared.settings.zone,
                limit=limit,
                language=language,
            )

    def note_use(self, starter_id: str) -> None:
        """Remember that a starter was used, where the user allows adapting to that.

        Raises:
            InvalidChoice: there is no such starter.
        """
        _refuse_unknown(starter_id, known_starters())
        with self._access.writing() as vault:
            if vault.consents.all()[Purpose.ADAPT_STYLE]:
                vault.interface.note_use(starter_id, time=self._shared.clock())

    def is_introduced(self) -> bool:
        """Whether this user needs no first run: it is over, or something is known of them."""
        with self._access.reading() as vault:
            return bool(
                _INTRODUCED in vault.interface.all()
                or vault.memories.list(limit=1)
                or vault.conversations.list()
            )

    def introduce(self, introduction: Introduction | None = None) -> Sequence[Memory]:
        """End the first run: write down what the user said of themselves, if anything.

        Raises:
            InvalidMemory: an answer is too long or not storable; nothing was kept.
        """
        now = self._shared.clock()
        with self._access.writing() as vault, vault.at_once():
            vault.interface.set(_INTRODUCED, "answered" if introduction else "skipped", time=now)
            return [
                vault.memories.add(each.text, kind=each.kind, strength=each.strength, time=now)
                for each in (memories_of(introduction) if introduction else ())
            ]


def interface_of(vault: Vault, *, now: datetime, browser: str | None = None) -> Interface:
    """Read off what is kept how the app looks to a user."""
    settings = vault.interface.all()
    looks = {each: Look(value=value) for each, value in _DEFAULTS.items()}
    if browser in _VALUES["language"]:
        looks["language"] = Look(value=browser, source="browser")
    if vault.consents.all()[Purpose.ADAPT_STYLE]:
        looks |= _written_in(vault, _since(settings, "language"), now)
        looks |= _said(vault, settings, now)
    chosen = {
        each: Look(value=settings[each].value, source="chosen")
        for each in ASPECTS
        if each in settings and settings[each].value in _VALUES[each]
    }
    return Interface(**looks | chosen)


def _said(vault: Vault, settings: dict[str, Setting], now: datetime) -> dict[Aspect, Look]:
    """What the user wished for, or told of their eyes, the latest last."""
    memories = vault.memories.strongest(_MOST_READ, now=now)
    said = [(each.created, each.text) for each in memories if each.scope is None]
    said += [(each.time, each.text) for each in vault.writing.saying(telling_words())]
    return {
        wish.aspect: Look(value=wish.value, source="said", words=_shortened(text))
        for time, text in sorted(said)
        for wish in read_look_wishes(text)
        if time > _since(settings, wish.aspect)
    }


def _written_in(vault: Vault, since: datetime, now: datetime) -> dict[Aspect, Look]:
    """The language that the user wished replies to be in, else the one that they write in."""
    style = fit_style(
        [each for each in vault.memories.of_kind("style", now=now) if each.created > since],
        messages=vault.writing.latest(),
        since={"language": since},
    )
    found, source = style.language.value, style.language.source
    if found is None or source == "none":
        return {}
    return {"language": Look(value=found, source="wrote" if source == "writing" else "wished")}


def _since(settings: dict[str, Setting], aspect: Aspect) -> datetime:
    return settings[aspect].time if aspect in settings else _ALWAYS


def _shortened(text: str, length: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rsplit(' ', 1)[0]} …"


def _refuse_unknown(given: str, known: Sequence[str] | dict[Aspect, Sequence[str]]) -> None:
    if given not in known:
        raise InvalidChoice(f"There is no {given!r}; choose one of {', '.join(known)}.")
