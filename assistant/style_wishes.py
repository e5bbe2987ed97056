"""What a wish about style asks for, read from the user's words: "no emojis" is emoji: none.

By patterns, in English. A wish that none of them understands loses nothing: it stands in the
prompt in the user's words like any other memory. One that holds only under a condition ("when I
ask for code …") is left to the model as well.
"""

import re
from typing import Literal, NamedTuple, get_args

Dimension = Literal["length", "formality", "language", "format", "emoji", "name"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class Wish(NamedTuple):
    """One dimension of style, and what is wished for it.

    length: short, detailed, or a limit ("2 sentences"); formality: casual, formal; language: an
    ISO 639-1 code; format: plain, lists; emoji: none, some; name: what to call the user.
    """

    dimension: Dimension
    value: str


LANGUAGE_NAMES = {
    "english": "en",
    "spanish": "es",
    "español": "es",
    "portuguese": "pt",
    "português": "pt",
    "french": "fr",
    "français": "fr",
    "german": "de",
    "deutsch": "de",
    "italian": "it",
    "italiano": "it",
    "dutch": "nl",
    "swedish": "sv",
    "danish": "da",
    "norwegian": "nb",
    "polish": "pl",
    "turkish": "tr",
    "romanian": "ro",
    "finnish": "fi",
    "czech": "cs",
    "russian": "ru",
    "ukrainian": "uk",
    "greek": "el",
    "japanese": "ja",
    "korean": "ko",
    "chinese": "zh",
    "mandarin": "zh",
    "arabic": "ar",
    "hebrew": "he",
    "hindi": "hi",
    "thai": "th",
}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MOST_COUNTED = 1000

_CONDITION = re.compile(
    r"\b(?:when(?:ever)? (?!you\b)|before you|if |unless |each time|every time|while |during "
    r"|(?:in|for) (?:my |the )?(?:e-?mails?|code|recipes?|essays?|letters?|work)\b)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|stop|less|fewer|avoid|skip|hate|dislike|drop|too|ditch|lose"
    r"|leave out|get rid of|tired of|sick of|rather than|instead of|over|annoy\w*|bother\w*"
    r"|can't stand|enough)\b|n't\b|\bdont\b",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"^-free\b|^\W*(?:\w+ ){0,3}(?:annoy|bother|irritate|distract|are too)", re.IGNORECASE
)
_CLAUSE_END = re.compile(r"[,.;:!?]|\b(?:but|and (?:get|keep|make|be))\b")
_WORDS_BEFORE = 6

_SHORT = re.compile(
    r"\b(?:short(?:er)?|brief(?:ly|er)?|concise(?:ly)?|succinct(?:ly)?|terse|to the point"
    r"|in a nutshell|one-liners?)\b",
    re.IGNORECASE,
)
_LONG = re.compile(
    r"\b(?:long(?:er)?|detail(?:s|ed)?|verbose|wordy|rambling|thorough(?:ly)?|in[- ]depth"
    r"|elaborate|comprehensive)\b",
    re.IGNORECASE,
)
_UNIT = r"(?:sentence|word|line|paragraph)"
_LIMIT = re.compile(
    r"\b(?:at most|no more than|not more than|max(?:imum)?(?: of)?|under|fewer than|less than"
    rf"|within|up to|only|in|to) (?P<count>\w+(?: hundred)?) (?P<unit>{_UNIT})"
    rf"|\b(?P<count2>\w+) (?P<unit2>{_UNIT})s? (?:at most|max|or (?:less|fewer))",
    re.IGNORECASE,
)
_FORMAL = re.compile(r"\b(?:formal(?:ly)?|professional(?:ly)?|polite(?:ly)?|courteous)\b", re.I)
_CASUAL = re.compile(
    r"\b(?:informal(?:ly)?|casual(?:ly)?|relaxed|like (?:a |my )?(?:friend|buddy|mate)"
    r"|friendly|slang|chatty|laid-back)\b",
    re.IGNORECASE,
)
_STIFF = re.compile(r"\b(?:stiff|robotic|like a robot|pleasantries)\b", re.IGNORECASE)
_EMOJI = re.compile(r"\b(?:emojis?|emoticons?|smileys?)\b", re.IGNORECASE)
_LISTS = re.compile(
    r"\b(?:bullet(?:s|ed)?(?:[ -]?points?)?(?: lists?)?|lists|numbered lists?|tables?|headings?"
    r"|headlines|headers|markdown|bold(?: text)?)\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\b(?:plain text|prose|full sentences|running text)\b", re.IGNORECASE)
_SPOKEN = re.compile(
    rf"\b(?:in|auf|en|em) ({'|'.join(LANGUAGE_NAMES)})\b"
    rf"|\b(?:use|speak|write|only) ({'|'.join(LANGUAGE_NAMES)})\b",
    re.IGNORECASE,
)
_SPEAKING = re.compile(
    r"\b(?:answer|repl(?:y|ies)|respond|responses?|speak|talk|write|chat|communicate|use|switch"
    r"|messages?|antworte|responde)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\b(?i:(?:call|address) me(?: by my name,?)?|i go by|refer to me as) (?:as )?"
    r"(?P<name>[^\W\d_][\w'-]*)"
)
_NO_NAME = re.compile(
    r"an?|and|as|at|back|by|casually|formally|from|if|in|informally|later|maybe|now|only"
    r"|politely|properly|sir|the|what|when|with|your?",
    re.IGNORECASE,
)


def read_wishes(text: str) -> list[Wish]:
    """What a statement wishes for, a wish a dimension at most; nothing where it is not clear."""
    if _CONDITION.search(text):
        return []
    found = {
        "length": _length(text),
        "formality": _formality(text),
        "language": _language(text),
        "format": _format(text),
        "emoji": _wanted(_EMOJI, text, yes="some", no="none"),
        "name": _name(text),
    }
    return [Wish(each, value) for each in DIMENSIONS if (value := found[each])]


def _length(text: str) -> str | None:
    return (
        _limit(text)
        or _wanted(_LONG, text, yes="detailed", no="short")
        or _wanted(_SHORT, text, yes="short", no="detailed")
    )


def _limit(text: str) -> str | None:
    match = _LIMIT.search(text)
    if match is None:
        return None
    count = _count(match["count"] or match["count2"])
    unit = (match["unit"] or match["unit2"]).lower()
    return f"{count} {unit}{'s' * (count != 1)}" if count else None


def _count(words: str) -> int | None:
    first, *rest = words.lower().split()
    if first in ("a", "an"):
        number = 1 if rest else None
    else:
        number = int(first) if first.isdecimal() else None
        number = _NUMBERS.index(first) + 1 if first in _NUMBERS else number
    count = number * (100 if rest else 1) if number else None
    return count if count and count <= _MOST_COUNTED else None


def _formality(text: str) -> str | None:
    return (
        _wanted(_CASUAL, text, yes="casual", no="formal")
        or _wanted(_FORMAL, text, yes="formal", no="casual")
        or ("casual" if _STIFF.search(text) else None)
    )


def _language(text: str) -> str | None:
    match = _SPOKEN.search(text)
    if match is None or not _SPEAKING.search(text) or _is_negated(text, match):
        return None
    return LANGUAGE_NAMES[(match[1] or match[2]).lower()]


def _format(text: str) -> str | None:
    return _wanted(_LISTS, text, yes="lists", no="plain") or (
        "plain" if _PLAIN.search(text) else None
    )


def _name(text: str) -> str | None:
    match = _NAME.search(text.replace("\u2019", "'"))
    if match is None or _NO_NAME.fullmatch(match["name"]) or _is_negated(text, match):
        return None
    return match["name"]


def _wanted(cue: re.Pattern[str], text: str, *, yes: str, no: str) -> str | None:
    match = cue.search(text)
    if match is None:
        return None
    return no if _is_negated(text, match) else yes


def _is_negated(text: str, match: re.Match[str]) -> bool:
    """Whether a word against it stands shortly before in the same clause, or right behind."""
    clause = _CLAUSE_END.split(text[: match.start()])[-1]
    before = clause.split()[-_WORDS_BEFORE:]
    return bool(_NEGATION.search(" ".join(before)) or _AFTERWARDS.search(text[match.end() :]))
