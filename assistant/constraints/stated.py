"""What a user's own words rule out, where they say it plainly ("I'm allergic to kiwi").

The words are taken as they stand; what they include is for `rules.py` to know.
"""

import re
from collections.abc import Iterator

from assistant.constraints.words import Phrase, phrase_of

_NOT = (
    r"(?:never|don'?t|do not|does ?n't|can'?t|cannot|can not|won'?t|will not|must ?n'?t"
    r"|must not|should ?n'?t|should not|may not|not allowed to|not supposed to|refuse to"
    r"|unable to|not able to|no longer|stopped|quit|gave up|have to avoid|try to avoid|avoid)"
)
_VERB = (
    r"(?:ever |even |really |want to |be able to |tolerate |handle |digest |stand )?"
    r"(?:eat(?:ing)?|have|having|drink(?:ing)?|consume|touch|take|taking|do|doing|use|using"
    r"|wear(?:ing)?|watch(?:ing)?|read(?:ing)?|see|play(?:ing)?|buy(?:ing)?|visit(?:ing)?|go to"
    r"|go on|go|be around|be near|come near|cook(?:ing)? with|work(?:ing)? with|ride|riding"
    r"|listen to|tolerate|stand|handle|digest|bear|like|want|smell|suggest"
    r"|recommend|offer me|offer)"
)
_STATEMENTS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:allerg(?:ic|y|ies)|intoleran(?:t|ce)|sensitiv(?:e|ity)|hypersensitive)\s+(?:to|of)\s+(?P<what>.+)",
        r"(?P<what>[\w'-]+(?: [\w'-]+){0,3})\s+(?:allergy|allergies|intolerance)\b",
        rf"\b{_NOT}\s+(?P<what>{_VERB}\b.*)",
        rf"\b{_NOT}\s+(?P<what>.+)",
        r"\b(?:hate|detest|can't stand|(?:stay|keep) away from|steer clear of)\s+(?P<what>.+)",
        r"\b(?:no|without|nothing with|nothing that contains|free of)\s+(?P<what>.+)",
        r"\b(?:afraid|scared|terrified|fear|phobia)\s+of\s+(?P<what>.+)",
        r"(?P<what>[\w' -]+?)\s+(?:is|are|makes? me sick|make me ill|gives? me)\s*"
        r"(?:out|off[- ]limits|forbidden|taboo|a no-go|no-gos|not allowed|hives|a rash|$)",
        r"(?P<what>[\w' -]+?)[- ]free\b",
    )
]
_END = re.compile(
    r"[.;:!?(]|,\s*(?:so|but|because|which|that|it|i|we|as|since|please|and i)\b"
    r"|\s(?:because|since|so|as|due|when|while|if|unless|whenever|but|although|though|in|at|on|for"
    r"|during|anymore|any more|at all|either|and i|and it|any longer|after|before|until|by"
    r"|with my)\b"
    r"|\s-\s",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*(?:,|/|&|\bor\b|\band\b|\bnor\b)\s*", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:anything|things?|stuff|food|foods|dishes|products?|something|everything)\s+"
    r"(?:with|containing|made (?:of|from|with)|that (?:contains?|has|have|is|are))"
    r"|a|an|any|the|my|all|most|of|to|some|severe|severely|serious|bad|strong|deadly|mild|have|got|i"
    r"|i'm|i've|am|with|very|life-threatening|terrible|eat|eating|raw or cooked|kinds? of)\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:products?|foods?|dishes|stuff|things|items|based|of any kind|in any form|whatsoever)$",
    re.IGNORECASE,
)
_EMPTY = {
    *(
        "",
        "i",
        "it",
        "this",
        "that",
        "them",
        "anything",
        "everything",
        "eat",
        "drink",
        "have",
        "do",
    ),
    *("go", "like", "want", "take", "use", "be", "see", "stand", "know", "one", "disease", "food"),
    *("a", "the", "more", "much", "care", "mind", "work", "meet", "spend", "pay", "cook", "wear"),
    *("watch", "read", "buy", "play", "severe", "allergy", "need", "longer", "get", "diet"),
}


def ruled_out_by(text: str) -> list[Phrase]:
    """What a statement rules out, each as a phrase; empty where it says so in no plain way."""
    found: dict[Phrase, None] = {}
    for pattern in _STATEMENTS:
        for match in pattern.finditer(text):
            found.update(dict.fromkeys(listed(_cut(match["what"]))))
        if found:
            break  # the first ones are the surest
    return list(found)


def listed(words: str) -> Iterator[Phrase]:
    """The things in a list ("peanuts, kiwi or fresh figs"), each as a phrase."""
    for part in _LIST.split(words):
        bare = part.strip(" \t\"'\u201c\u201d\u2019")
        while (stripped := _LEAD.sub("", bare + " ").strip()) != bare:
            bare = stripped
        bare = _TAIL.sub("", bare)
        phrase = phrase_of(bare)
        if phrase and bare.lower() not in _EMPTY and len(phrase) <= 4:
            yield phrase


def _cut(words: str) -> str:
    without_verb = re.sub(rf"^{_VERB}\s+", "", words.strip(), flags=re.IGNORECASE)
    end = _END.search(without_verb)
    return without_verb[: end.start()] if end else without_verb
