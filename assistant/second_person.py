"""A user's statement turned to "you": "I'm allergic to nuts" becomes "You're allergic to nuts."

Only where that is safe; else the caller quotes it. English.
"""

import re

from prompts.compose import quoted

_SWAPS = {
    "i": "you",
    "i'm": "you're",
    "im": "you're",
    "i've": "you've",
    "ive": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "am": "are",
    "we": "you",
    "we're": "you're",
    "we've": "you've",
    "we'd": "you'd",
    "we'll": "you'll",
    "us": "you",
    "our": "your",
    "ours": "yours",
    "ourselves": "yourselves",
}
_MOST_CHARACTERS = 300
_OPENING = re.compile(
    r"^(?:(?:and|but|so|well|oh|ok|okay|also|actually|btw|by the way|yes|no|hi|hello|hey)\b"
    r"[,!.]?\s+)+",
    re.IGNORECASE,
)
_UNSAFE = re.compile(
    r"\b(?:you|your|yours|yourself|u|ur|please)\b"  # it speaks to somebody
    r"|[\"\u201c\u201d\u00ab\u00bb?`<>\n]|https?:"
    r"|\b(?:coal|gold|a|the) mine\b"
    r"|\b(?:and|but|who|then) (?:\w+ly )?wasn?'?t?\b",  # whose "was" is it?
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"^(?:(?:do not|don't|never|always|just|from now on,?|maybe) )*(?:call|keep|use|answer|reply"
    r"|respond|give|tell|stop|remember|explain|talk|speak|write|treat|address|let|skip|show|start"
    r"|make|be|remind|ask|help|refer|say|send|put|take|get|find|leave|forget|mention|assume)\b",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"(?<!^)\b[A-Z][\w.]+ I\b(?! (?:am|was|have|do|like|love))")
_WAS = re.compile(r"\b(i(?: \w+ly| also| never| always| just| still| once)?) was(n't)?\b", re.I)
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_CAPITALS_MEAN_SOMETHING_ELSE = frozenset({"US", "IM", "ME", "AM", "WE"})


def to_you(statement: str) -> str:
    """The statement as it is told to the user: turned to "you", or else quoted."""
    return turned(statement) or f"You said: {quoted(statement)}"


def turned(statement: str) -> str | None:
    """The statement turned to "you"; None where that could go wrong, or nothing is to be turned."""
    text = _OPENING.sub("", statement.replace("\u2019", "'").strip())
    patterns = (_UNSAFE, _COMMAND, _NUMERAL)
    if len(text) > _MOST_CHARACTERS or any(pattern.search(text) for pattern in patterns):
        return None
    said = _WORD.sub(_swapped, _WAS.sub(r"\1 were\2", text))
    if said == text:
        return None
    return f"{said[0].upper()}{said[1:]}{'' if said[-1] in '.!' else '.'}"


def _swapped(match: re.Match[str]) -> str:
    word = match[0]
    if word in _CAPITALS_MEAN_SOMETHING_ELSE:
        return word
    return _SWAPS.get(word.lower(), word)
