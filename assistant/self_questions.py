"""Questions that users ask about themselves: "where do I live?", "what did I tell you about Mia?"

Recognised by patterns, in English, and only where the whole message is such a question: what
goes on ("… in this code") is not about the store. How it is answered, others know.
"""

import re
from functools import cache
from typing import Literal, NamedTuple

from memory.relations import relation_of

Kind = Literal[
    "everything",
    "slot",
    "likes",
    "dislikes",
    "limits",
    "goals",
    "relation",
    "told",
    "own",
    "name",
]


class Question(NamedTuple):
    """What a user wants to be told about themselves.

    `subject` is, by kind: a slot ("home"), what is liked ("food", or "" for all), a relation
    ("daughter"), which limits ("allergies", "eating" or "" for all), what it was that they told
    about ("Mia"), what is theirs ("car": "what's my car?"), or a name. `is_certain` says that only
    what the user told can be meant, so that "you haven't told me" is an answer.
    """

    kind: Kind
    subject: str = ""
    is_certain: bool = True


_START = (
    r"(?:(?:hey|hi|hello|ok|okay|so|and|well|um|btw|by the way|please|bespoke|now|then"
    r"|(?:quick|another) question|just curious)[,:!.]* )*"
)
_END = r"(?: (?:again|btw|by the way|please|exactly|now|right now|then|so far|already|at all))*"
# What may stand before "my name" or "where I live".
_ASKING = (
    r"(?:(?:can|could|would|will) you (?:please )?(?:tell|remind) me |(?:please )?tell me "
    r"|(?:please )?remind me(?: of| about)? |(?:do|can) (?:you|u) (?:still |even )?"
    r"(?:know|remember|recall|tell me) |i forgot |(?:have|did) i (?:ever )?(?:tell|told) you )"
)
_WHAT = r"(?:what's|what is|whats|what was|what are|what're|what were|which is)"
_KNOW = r"(?:already |still |really |actually |currently )?(?:know|remember|recall|have|store|keep)"

_EVERYTHING = (
    rf"what (?:all |else |exactly )?do (?:you|u) {_KNOW} (?:about|on) me",
    r"what (?:all |else )?(?:have|did) (?:you|u) (?:learned|learnt|learn|remembered|found out"
    r"|find out|stored|saved|noted|kept) about me",
    r"what (?:all |else )?(?:have i|did i|i've|i have) (?:ever )?(?:told|tell) (?:you|u)"
    r"(?: about (?:me|myself))?",
    rf"(?:{_ASKING}|show me |list |give me )?(?:everything|what|all|anything|something)"
    rf"(?: that)? (?:you|u) {_KNOW} (?:about|on) me",
    rf"{_ASKING}(?:anything|something|a thing) about me",
    r"who am i to you",
    rf"{_ASKING}(?:who i am|me)",
)
# Each slot: how it is called behind "my", and other ways of asking for it.
_SLOTS: dict[str, tuple[str, str]] = {
    "name": (r"(?:first |full |real )?name", r"what am i called|what i'?m called"),
    "age": (r"age", r"how old am i|how old i'?(?: a)?m"),
    "birthday": (
        r"(?:birthday|birth ?date|date of birth)",
        r"when(?:'s| is) my (?:birthday|birth ?date)|when was i born|when i was born",
    ),
    "home": (
        r"(?:home|home address|city|town|place of residence)",
        r"where do i live|where i live|where am i living|where(?:'s| is) my home"
        r"|(?:which|what) (?:city|town|country|village|place|area) (?:do i live in|i live in)",
    ),
    "birthplace": (r"(?:birthplace|place of birth)", r"where was i born|where i was born"),
    "origin": (
        r"(?:nationality|home ?town|home country)",
        r"where (?:am i|i am|i'm) from|where (?:do )?i come from",
    ),
    "job": (
        r"(?:job|profession|occupation|work|line of work|job title)",
        r"what (?:do )?i do (?:for a living|for work|as a job|professionally)"
        r"|what (?:do )?i work as",
    ),
    "employer": (
        r"(?:employer|company|workplace)",
        r"where (?:do )?i work|(?:who|what company|which company) (?:do )?i work for",
    ),
    "relationship": (r"(?:marital|relationship) status", r"am i (?:married|single)"),
    "language": (
        r"(?:native|first|mother) (?:language|tongue)",
        r"(?:which|what) languages? (?:do )?i speak",
    ),
    "diet": (r"diet", r"what diet (?:am i on|do i follow)"),
    "pronouns": (r"pronouns", r"what pronouns do i use"),
}
_LIKING = r"(?:like|love|enjoy|prefer)"
_DOING = r"(?: to| for)? ?(?P<doing>eat|drink|cook|read|watch|listen to|play|wear|do|dinner|lunch)?"
_HELPING = r"(?!(?:do|would|should|can|could|did|am|if|else) )"
_LIKES = (
    rf"what (?:kinds? of |sorts? of |types? of )?(?:{_HELPING}(?P<topic>[a-z]+(?: [a-z]+)??) )?"
    rf"(?:do )?i "
    rf"(?:really )?{_LIKING}(?:{_DOING})(?: best| most| the most)?",
    rf"{_WHAT} my favou?rite (?P<favourite>[a-z]+(?: [a-z]+)?)",
    rf"{_WHAT} my (?:likes|interests|hobbies|hobby|tastes|preferences|favou?rites)",
    rf"{_ASKING}my (?:likes|interests|hobbies|tastes|preferences|favou?rites)",
    rf"{_ASKING}my favou?rite (?P<remembered>[a-z]+(?: [a-z]+)?)",
    r"what am i (?:into|interested in)",
)
_DISLIKES = (
    rf"what (?:kinds? of |sorts? of )?(?:{_HELPING}(?P<topic>[a-z]+) )?"
    rf"(?:do i (?:dislike|hate|not like|avoid|really hate)"
    rf"|don't i {_LIKING}|i (?:don't {_LIKING}|hate|dislike)|can't i stand)"
    rf"(?:{_DOING})",
    rf"{_WHAT} my dislikes",
)
_LIMITS = (
    r"what (?:foods? )?(?:can't i|can i not|cannot i|shouldn't i|mustn't i|am i not allowed to"
    r"|i can't|should i not) (?P<eating>eat|drink|have)",
    r"what (?P<allergy>am i|i'm|i am) allergic to",
    r"(?P<allergies>am i allergic|do i have an allergy) to (?:anything|something)",
    rf"(?:{_WHAT}|{_ASKING}|do i have (?:any )?|have i got (?:any )?) ?(?:my )?"
    r"(?:food )?(?P<allergens>allerg(?:y|ies)|intolerances?)",
    rf"(?:{_WHAT}|{_ASKING}) ?my (?P<diets>dietary (?:restrictions|needs|requirements))",
    rf"(?:{_WHAT}|{_ASKING}) ?my (?:constraints|restrictions|limits|limitations)",
)
_GOALS = (rf"(?:{_WHAT}|{_ASKING}) ?my (?:goals?|aims?|ambitions?|dreams?|life goals?)",)
_RELATIVE = r"(?P<relation>[a-z-]+(?: [a-z-]+)??)"
_RELATIONS = (
    rf"{_WHAT} my {_RELATIVE}(?:'s|s'|s's)? names?",
    rf"{_WHAT} (?:my|our) {_RELATIVE} (?:called|named)",
    rf"(?:{_WHAT}|{_ASKING}) ?the names? of (?:my|our) {_RELATIVE}",
    rf"{_ASKING}(?:my|our) {_RELATIVE}(?:'s|s'|s's)? names?",
    rf"{_ASKING}what (?:my|our) {_RELATIVE} (?:is|are) (?:called|named)",
    rf"who(?:'s| is| are) (?:in )?(?:my|our) {_RELATIVE}",
    rf"(?:do|have) i (?:have|got) (?:any |a |an )?{_RELATIVE}",
    rf"(?:how many|what|which) {_RELATIVE} do (?:i|we) have",
    rf"how old (?:is|are) (?:my|our) {_RELATIVE}",
)
_TOLD = (
    r"what (?:else |all )?(?:did i|have i|i) (?:ever |just )?(?:tell|told|say|said|mention(?:ed)?)"
    r"(?: to)?(?: you| u)? about (?P<told>.+)",
    rf"{_ASKING}what i (?:told you|said|mentioned|told u)(?: to you)? about (?P<told2>.+)",
)
_KNOWN = (
    rf"what (?:else |all )?do (?:you|u) {_KNOW} about (?P<mine>(?:my|our) .+|[^ ]+)",
    rf"(?:{_ASKING})(?:anything|something|what you know) about (?P<mine2>(?:my|our) .+|[^ ]+)",
    rf"{_ASKING}(?P<mine3>(?:my|our) [a-z' -]+)",
    rf"{_WHAT} (?P<mine4>my [a-z' -]+)",
    r"who(?:'s| is) (?P<somebody>[^ ]+)",
)
_TOPICS = {
    "food": "eat food foods dish dishes cuisine cuisines meal meals cook drink drinks dinner lunch",
    "books and news": "read book books novel novels author authors",
    "film and series": "watch film films movie movies series show shows",
    "music": "listen music band bands song songs singer artists",
    "games": "play game games",
    "sport and fitness": "sport sports exercise",
    "fashion": "wear clothes fashion",
    "travel": "travel holiday holidays vacation vacations trips",
}
_MOST_CHARACTERS = 120
_MOST_WORDS = 5
_MOST_WORDS_OF_ONES_OWN = 3
_NO_SUBJECT = re.compile(r"\b(?:this|that|these|those|it|the above|below|code|error)\b|[.?!]")
_GOES_ON = re.compile(r"\b(?:in|for|with|on|at|to|of|here|doing|next|best)\b")
_CONVENTIONAL = frozenset({"family", "family members", "relatives"})


def read_question(text: str) -> Question | None:
    """What a message asks about the user's own stored facts; None if it is anything else."""
    plain = _plain(text)
    if not plain or len(plain) > _MOST_CHARACTERS:
        return None
    for read in (_everything, _slot, _likes, _limits_and_goals, _relation, _about):
        if (question := read(plain)) is not None:
            return question
    return None


def _plain(text: str) -> str:
    """Lower case, straight apostrophes, without greeting, courtesy and final punctuation."""
    words = " ".join(text.lower().replace("\u2019", "'").split())
    words = re.sub(r"[?!. ]+$", "", words)
    words = re.sub(rf"^{_START}", "", words)
    return re.sub(rf"{_END}$", "", words).rstrip(" ,")


def _everything(plain: str) -> Question | None:
    if plain == "who am i":  # it may be a riddle's
        return Question("everything", is_certain=False)
    return Question("everything") if _fullmatch(_EVERYTHING, plain) else None


def _slot(plain: str) -> Question | None:
    for slot, (called, asked) in _SLOTS.items():
        ways = (rf"(?:{_WHAT}|{_ASKING}) ?my {called}", rf"(?:{_ASKING})?(?:{asked})")
        if _fullmatch(ways, plain):
            return Question("slot", slot)
    return None


def _likes(plain: str) -> Question | None:
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (("likes", _LIKES), ("dislikes", _DISLIKES))
    for kind, ways in kinds:
        if (match := _fullmatch(tuple(f"(?:{_ASKING})?{way}" for way in ways), plain)) is None:
            continue
        words = next((found for found in match.groupdict().values() if found), "")
        topic = _topic(words)
        return Question(
            kind, topic, is_certain=topic != words or not match.groupdict().get("topic")
        )
    return None


def _topic(words: str) -> str:
    """The domain that words name ("movies": "film and series"), else the words."""
    every = set(words.split())
    found = (name for name, others in _TOPICS.items() if every & set(others.split()))
    return next(found, "" if words in ("do", "things", "stuff") else words)


def _limits_and_goals(plain: str) -> Question | None:
    if match := _fullmatch(_LIMITS, plain):
        groups = {name for name, found in match.groupdict().items() if found}
        if groups & {"eating", "diets"}:
            return Question("limits", "eating")
        return Question("limits", "allergies" if groups else "")
    return Question("goals") if _fullmatch(_GOALS, plain) else None


def _relation(plain: str) -> Question | None:
    match = _fullmatch(_RELATIONS, plain)
    if match is None:
        return None
    words = match["relation"].removesuffix("'s")
    if words in _CONVENTIONAL:
        return Question("relation", "family")
    relation = relation_of(words) or relation_of(words.removesuffix("s"))
    return Question("relation", relation) if relation else None


def _about(plain: str) -> Question | None:
    told, known = _fullmatch(_TOLD, plain), _fullmatch(_KNOWN, plain)
    match = told or known
    if match is None:
        return None
    subject = next(found for found in match.groupdict().values() if found)
    is_own = bool(re.match(r"(?:my|our) ", subject))
    subject = re.sub(r"^(?:my|our|the) ", "", subject).strip(" '\"")
    most = _MOST_WORDS if told else _MOST_WORDS_OF_ONES_OWN
    if len(subject.split()) > most or _NO_SUBJECT.search(subject):
        return None
    if relation := relation_of(subject) if is_own else None:
        return Question("relation", relation)
    slot = next((slot for slot, (way, _) in _SLOTS.items() if re.fullmatch(way, subject)), None)
    if slot and is_own:
        return Question("slot", slot)
    if told:
        return Question("told", subject)
    if _GOES_ON.search(subject):
        return None
    return Question("own" if is_own else "name", subject, is_certain=False)


def _fullmatch(ways: tuple[str, ...], plain: str) -> re.Match[str] | None:
    return next((match for way in ways if (match := _compiled(way).fullmatch(plain))), None)


@cache
def _compiled(way: str) -> re.Pattern[str]:
    return re.compile(way)
