"""Answers to questions that users ask about themselves, from what is stored and nothing else.

No language model is asked, so nothing is made up: an answer is the user's own statements, turned
to "you" where that is safe, or the plain word that nothing was told.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from assistant.second_person import to_you
from assistant.self_questions import Question, read_question
from assistant.style_wishes import read_wishes
from memory.keywords import telling_words
from memory.profile import Entry, Interest, Person, Profile
from memory.relations import find_relations, is_pet
from memory.types import Recollection

MOST_LISTED = 12
NOT_TOLD = "You haven't told me that yet."
NOTHING_TOLD = "You haven't told me anything about yourself yet."

# Slots that answer a question when its own is not filled.
_NEXT_BEST = {"employer": ("job",), "job": ("employer",), "origin": ("birthplace",)}
# How users write slots down by hand, where nobody has read the slot off their words.
_WORDED = {
    "name": r"\bmy (?:first |full )?name(?:'s| is)\b|\b(?:call me|i go by)\b",
    "age": r"\bi(?:'m| am) \d+(?: years old)?\b",
    "birthday": r"\bmy birthday\b|\bi was born (?:on|in \w+ \d|in \d)",
    "home": r"\b(?:i|we)(?: now| currently| still)? live\b|\b(?:i|we) (?:just )?moved to\b",
    "birthplace": r"\bi was born in (?!\d)",
    "origin": r"\bi(?:'m| am) (?:originally )?from\b|\bi come from\b",
    "job": r"\bi work(?: as| for| at| in)?\b|\bmy job\b",
    "employer": r"\bi work (?:for|at)\b|\bmy employer\b",
    "relationship": r"\bi(?:'m| am) (?:married|single|divorced|engaged|widowed)\b",
    "language": r"\bi speak\b|\bmy (?:native|first|mother) (?:language|tongue)\b",
    "diet": r"\bi(?:'m| am) (?:an? )?(?:vegan|vegetarian|pescatarian)\b|\bmy diet\b",
    "pronouns": r"\bpronouns\b",
}
_ALLERGY = re.compile(r"\b(?:allerg|intoleran|coeliac|celiac|anaphyla)", re.IGNORECASE)
_EATING = re.compile(
    r"\b(?:eat|drink|food|diet|vegan|vegetarian|pescatarian|kosher|halal|keto|fodmap|gluten|dairy"
    r"|lactose|meat|pork|beef|fish|seafood|shellfish|nuts?|peanuts?|eggs?|milk|sugar|alcohol"
    r"|salt|sodium)\b|\b(?:allerg|intoleran|coeliac|celiac)",
    re.IGNORECASE,
)
_STATES_LIKING = re.compile(
    r"\b(?:i|we)(?: \w+ly| also| just)? (?:love|like|enjoy|prefer|adore)\b|\bmy favou?rite\b"
    r"|\bi(?:'m| am) (?:a (?:big |huge )?fan|into|fond)\b",
    re.IGNORECASE,
)
_STATES_DISLIKE = re.compile(
    r"\bi(?: \w+ly)? (?:hate|dislike|detest|loathe|avoid)\b"
    r"|\bi (?:don't|do not|can't|cannot) (?:\w+ )?(?:like|stand|enjoy)\b",
    re.IGNORECASE,
)
_FAMILIES = {
    "child": {"child", "son", "daughter", "twin", "baby", "stepson", "stepdaughter"},
    "sibling": {"sibling", "sister", "brother", "half-sister", "half-brother", "twin"},
    "parent": {"parent", "mother", "father"},
    "grandparent": {"grandparent", "grandmother", "grandfather"},
    "partner": {"partner", "wife", "husband", "spouse", "girlfriend", "boyfriend"},
}
_NO_FAMILY = {"friend", "neighbour", "roommate", "colleague", "boss", "teacher", "doctor"} | {
    "therapist",
    "landlord",
}


def answer(
    text: str,
    profile: Profile,
    *,
    heard: Sequence[Recollection] = (),
    said: Sequence[str] = (),
) -> str | None:
    """Answer a message if it asks about the user's own stored facts; None if it does not.

    `heard` is what was recalled for the message, `said` what the user wrote in the conversation so
    far. Where the profile knows nothing but the answer may be in there, the answer is None, too.
    """
    question = read_question(text)
    if question is None:
        return None
    if found := _unique(_found(question, profile)):
        return _listed(found, is_all=question.kind == "everything")
    if heard or not question.is_certain or any(_may_answer(question, each) for each in said):
        return None
    return NOTHING_TOLD if question.kind == "everything" else NOT_TOLD


def _may_answer(question: Question, said: str) -> bool:
    """Whether a message that the profile knows nothing of could hold the answer."""
    match question.kind:
        case "slot":
            return re.search(_WORDED[question.subject], _straight(said), re.IGNORECASE) is not None
        case "relation":
            return any(
                _is_related(each.relation, question.subject) for each in find_relations(said)
            )
        case "told":
            return _mentions(question.subject, said)
        case _:
            return False


def _found(question: Question, profile: Profile) -> Iterable[Entry]:
    """The entries that answer a question, the most telling first."""
    match question.kind:
        case "everything":
            return profile.entries()
        case "slot":
            return _of_slot(question.subject, profile)
        case "likes":
            return _liked(question.subject, profile)
        case "dislikes":
            return _disliked(question.subject, profile)
        case "limits":
            return _limits(question.subject, profile)
        case "goals":
            return profile.goals
        case "relation":
            return _of_people(_related(question.subject, profile))
        case "told":
            return _about(question.subject, profile)
        case "own":
            return _owned(question.subject, profile)
        case "name":
            return _of_people(_named(question.subject, profile))


def _of_slot(slot: str, profile: Profile) -> list[Entry]:
    for name in (slot, *_NEXT_BEST.get(slot, ())):
        if (entry := profile.slot(name)) is not None:
            return [entry]
    if slot == "name":
        styles = (each for each in profile.styles if dict(read_wishes(each.text)).get("name"))
        if (found := next(styles, None)) is not None:
            return [found]
    pattern = re.compile(_WORDED[slot], re.IGNORECASE)
    said = chain(profile.facts, profile.constraints)
    return [each for each in said if pattern.search(_straight(each.text))][:1]


def _liked(topic: str, profile: Profile) -> list[Entry]:
    interests = [
        (group.name, each)
        for group in profile.topics
        for each in group.interests
        if not _is_disliked(each)
    ]
    stated = [("", each) for each in profile.facts if _STATES_LIKING.search(each.text)]
    return [each for name, each in [*interests, *stated] if _fits(topic, name, each)]


def _disliked(topic: str, profile: Profile) -> list[Entry]:
    interests = [
        (group.name, each)
        for group in profile.topics
        for each in group.interests
        if _is_disliked(each)
    ]
    stated = [
        ("", each)
        for each in (*profile.facts, *profile.constraints)
        if _STATES_DISLIKE.search(_straight(each.text))
    ]
    return [each for name, each in [*interests, *stated] if _fits(topic, name, each)]


def _is_disliked(each: Interest) -> bool:
    is_unsaid = each.polarity == "neutral"  # as in what was written down by hand
    states = is_unsaid and _STATES_DISLIKE.search(_straight(each.text)) is not None
    return each.polarity == "negative" or states


def _fits(topic: str, name: str, entry: Entry) -> bool:
    """Whether an interest of the topic `name` is about what was asked for, "" being all."""
    return not topic or topic == name or _mentions(topic, _words(entry))


def _limits(which: str, profile: Profile) -> list[Entry]:
    patterns = {"allergies": _ALLERGY, "eating": _EATING}
    if which not in patterns:
        return list(profile.constraints)
    pattern = patterns[which]
    said = chain(profile.constraints, profile.facts)
    return [each for each in said if pattern.search(each.text)]


def _related(relation: str, profile: Profile) -> list[Person]:
    everybody = (*profile.people, *profile.pets)
    return [each for each in everybody if _is_related(each.relation, relation)]


def _is_related(relation: str, wanted: str) -> bool:
    """Whether somebody counts where `wanted` is asked for: a sister among the siblings."""
    if wanted == "family":
        return relation not in _NO_FAMILY and not is_pet(relation)
    if wanted == "pet":
        return is_pet(relation)
    return relation == wanted or relation in _FAMILIES.get(wanted, ())


def _named(name: str, profile: Profile) -> list[Person]:
    everybody = (*profile.people, *profile.pets)
    return [each for each in everybody if each.name and each.name.casefold() == name.casefold()]


def _of_people(people: Sequence[Person]) -> list[Entry]:
    return list(chain.from_iterable(each.entries for each in people))


def _about(subject: str, profile: Profile) -> list[Entry]:
    theirs = _of_people(_named(subject, profile))
    return [*theirs, *(each for each in profile.entries() if _mentions(subject, _words(each)))]


def _owned(subject: str, profile: Profile) -> list[Entry]:
    """Where the user spoke of "my car", or of what fills a slot of that name."""
    filled = profile.slot(subject)
    phrase = re.compile(rf"\b(?:my|our) {re.escape(subject)}\b", re.IGNORECASE)
    said = [each for each in profile.entries() if phrase.search(_straight(each.text))]
    return [*([filled] if filled else []), *said]


def _words(entry: Entry) -> str:
    return f"{entry.text} {entry.about or ''}"


def _mentions(words: str, text: str) -> bool:
    wanted = set(telling_words(words).values())
    return bool(wanted) and wanted <= set(telling_words(text).values())


def _straight(text: str) -> str:
    return text.replace("\u2019", "'")


def _unique(entries: Iterable[Entry]) -> list[Entry]:
    return list({each.text: each for each in entries}.values())


def _listed(entries: Sequence[Entry], *, is_all: bool) -> str:
    told = [to_you(each.text) for each in entries]
    if len(told) == 1 and not is_all:
        return told[0]
    lines = ["This is what you have told me:", "", *(f"- {line}" for line in told[:MOST_LISTED])]
    if len(told) > MOST_LISTED:
        lines += ["", f"And {len(told) - MOST_LISTED} more, which your memories show."]
    return "\n".join(lines)
