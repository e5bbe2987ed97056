"""Whether what is said respects the user's hard constraints, sentence by sentence.

Text only: no model, no vault. What a sentence denies, replaces or labels as fine is no conflict.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assistant.constraints.amounts import Budget
from assistant.constraints.constraint import Constraint, is_freed
from assistant.constraints.hours import Hours, is_bare_day
from assistant.constraints.negation import Denials
from assistant.constraints.sentences import Outline, Placed, Sentences
from assistant.constraints.words import Phrase, Word, plain, words_of

# What a sentence must hold to propose something, where the user asked for knowledge.
_PROPOSES = re.compile(
    r"\b(?:you|your|yourself|let's|we could|how about|why not|i(?:'d| would)? recommend"
    r"|recommend(?:ed)?|suggest(?:ion)?s?|consider|try|enjoy|perfect|ideal"
    r"|great (?:choice|option|idea))\b"
    r"|^[\s*_#>\d.)-]*(?:add|mix|serve|order|book|take|use|go|visit|buy|make|cook|stir|bake|fry"
    r"|grill|pour"
    r"|combine|heat|melt|spread|top|garnish|grab|watch|play|wear|start|plan|choose|pick)\b",
    re.IGNORECASE,
)
_MEAL = re.compile(
    r"\b(?:eat\w*|cook\w*|recipes?|dish(?:es)?|meals?|serve[sd]?|grill\w*|fr(?:y|ied)|bak(?:e|ed|ing)"
    r"|roast\w*|foods?|snacks?|dinner|lunch|breakfast|menu|order|tast[ey]\w*|delicious|ingredients?"
    r"|sauces?|tablespoons?|teaspoons?|cups?|pounds?|grams?|soups?|stews?|salads?|curry|stir|steam\w*"
    r"|smoked|filets?|fillets?|restaurant|sandwich\w*|tacos?|pasta|rice|spic\w+|barbecue|buffet)\b",
    re.IGNORECASE,
)
_LIVING = re.compile(
    r"\b(?:pets?|animals?|toys?|cages?|ponds?|zoos?|wildlife|wild|breeds?|farm\w*|species|aquariums?"
    r"|tanks?|vets?|feed\w*|nests?|birds?|swim\w*|habitats?|live[ds]?|fly|flies|paws?|watch\w*|beach"
    r"|your (?:rabbit|fish|chicken|duck|hen)s?|my (?:rabbit|fish|chicken|duck|hen)s?)\b",
    re.IGNORECASE,
)
_ASKS_FOR_KNOWLEDGE = re.compile(
    r"^\W*(?:who|when did|why (?:do|does|did|is|are)"
    r"|what (?:is|are|was|were|does|causes?)(?! (?:an? |the |some )?(?:good|best|great|nice|quick))"
    r"|explain|define"
    r"|tell me about|translate|summari[sz]e|how (?:does|did|do (?!i|we|you)))\b",
    re.IGNORECASE,
)


class Conflict(NamedTuple):
    """A sentence that breaks a constraint: the memory, and the words that break it.

    `contains` is what the named dish usually contains, where that is what breaks it; `is_measured`
    says that an amount or a time breaks it.
    """

    memory_id: str
    text: str
    words: str
    contains: str | None = None
    is_measured: bool = False


class Checker:
    """Checks the sentences of one text, in order."""

    def __init__(
        self,
        constraints: Iterable[Constraint],
        *,
        request: str = "",
        touched: Iterable[str] = (),
        is_general: bool = True,
    ) -> None:
        """Nothing is said yet.

        Args:
            constraints: those that hold.
            request: what the user asked for.
            touched: ids of the memories whose part of life the request is about, as far as the
                caller knows; what the request names is found here.
            is_general: the request may be about the world and not about the user: where it asks
                for knowledge, only what proposes something is a conflict.
        """
        self._constraints = [each for each in constraints if each.rules_anything_out]
        self._is_general = is_general and _ASKS_FOR_KNOWLEDGE.match(request) is not None
        self._is_about_pets = _LIVING.search(request) is not None
        self._outline = Outline()
        self._freed: set[tuple[str, Phrase]] = set()
        self._bare_day: list[Conflict] = []
        self._touched = set(touched)
        self._read_request(request)

    @property
    def touched(self) -> frozenset[str]:
        """The ids of the memories whose part of life the request or the text has entered."""
        return frozenset(self._touched)

    def conflicts(self, sentence: str) -> list[Conflict]:
        """What breaks a constraint in the next sentence; each thing once."""
        placed = self._outline.place(plain(sentence))
        if not placed.text.strip():
            return []
        words, denials = words_of(placed.text), Denials(placed.text)
        is_free_to_mention = self._is_general and not _PROPOSES.search(placed.text)
        found: dict[tuple[str, str], Conflict] = {}
        for constraint in self._constraints:
            named = list(self._named(constraint, placed, words, denials))
            broken = [] if is_free_to_mention else named
            for conflict in [*broken, *self._measured(constraint, placed, denials)]:
                found.setdefault((conflict.memory_id, conflict.words.lower()), conflict)
        return list(found.values())

    def _named(
        self, constraint: Constraint, placed: Placed, words: Sequence[Word], denials: Denials
    ) -> Iterator[Conflict]:
        for found in constraint.mentions(words):
            if found.value.is_alive and self._is_about_animals(placed.text):
                continue
            self._touched.add(constraint.memory_id)
            start, end = words[found.first].start, words[found.last - 1].end
            key = (constraint.memory_id, found.phrase)
            if is_freed(words, found, placed.text):
                self._free(key)
            elif not (key in self._freed or placed.is_unwanted or denials.deny(start, end)):
                yield Conflict(
                    constraint.memory_id,
                    constraint.text,
                    placed.text[start:end],
                    contains=found.value.contains,
                )

    def _measured(
        self, constraint: Constraint, placed: Placed, denials: Denials
    ) -> Iterator[Conflict]:
        limit: Budget | Hours | None = constraint.budget or constraint.hours
        if limit is None:
            return
        is_touched = constraint.memory_id in self._touched
        is_bare = isinstance(limit, Hours) and is_bare_day(placed.text)
        pending, self._bare_day = self._bare_day, []
        places = (
            limit.exceeded_by(placed.text, is_touched=is_touched)
            if isinstance(limit, Budget)
            else limit.broken_by(placed.text, is_touched=is_touched or is_bare)
        )
        broken = [
            Conflict(
                constraint.memory_id,
                constraint.text,
                placed.text[place.start : place.end].strip(),
                is_measured=True,
            )
            for place in places
            if not denials.deny(place.start, place.end) and not placed.is_unwanted
        ]
        if is_bare:
            self._bare_day = broken  # what follows tells whether the day is for rest
            return
        if isinstance(limit, Hours) and limit.is_busy(placed.text, is_touched=is_touched):
            yield from pending
        yield from broken

    def _is_about_animals(self, text: str) -> bool:
        is_lively = self._is_about_pets or _LIVING.search(text) is not None
        return is_lively and not _MEAL.search(text)

    def _free(self, key: tuple[str, Phrase]) -> None:
        """What a label made fine stays fine, also by its last words: "the cake"."""
        memory_id, phrase = key
        self._freed.update((memory_id, phrase[start:]) for start in range(len(phrase)))

    def _read_request(self, text: str) -> None:
        request = plain(text)
        words = words_of(request)
        for constraint in self._constraints:
            for found in constraint.mentions(words):
                self._touched.add(constraint.memory_id)
                if is_freed(words, found, request):
                    self._free((constraint.memory_id, found.phrase))
            limit = constraint.budget or constraint.hours
            if limit is not None and limit.is_about(request):
                self._touched.add(constraint.memory_id)


def conflicts_in(
    text: str, constraints: Iterable[Constraint], *, request: str = ""
) -> list[Conflict]:
    """All that breaks a constraint in a finished text, in order."""
    checker, sentences = Checker(constraints, request=request), Sentences()
    return [
        conflict
        for sentence in [*sentences.add(text), *sentences.end()]
        for conflict in checker.conflicts(sentence)
    ]
