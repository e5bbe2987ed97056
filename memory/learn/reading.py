"""Reading a statement: its kind, polarity, strength, what it is about, and under which condition.

Dependency rules over spaCy's parse of one sentence, with the word lists of the language. What the
sentence says about the user is not judged here, only how it says it.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from memory.learn.language import Language
from memory.types import Polarity, Strength

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_NEGATIONS = frozenset({"not", "no", "never", "n't", "nt", "without", "neither", "nor", "hardly"})
_SELDOM = frozenset({"rarely", "seldom", "hardly", "scarcely", "barely"})
# What hangs on a clause and is not what the clause itself says.
_ASIDE = frozenset({"relcl", "advcl", "acl"})
_STANCE = frozenset({"stand", "bear", "handle", "abide", "stomach", "tolerate", "deal"})
_LONGEST_ABOUT = 10


class Reader:
    """Reads sentences of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def polarity(self, doc: "Doc") -> Polarity | None:
        """Whether a preference or a constraint is for something (positive) or against it.

        None where its words do not say.
        """
        text = doc.text.lower().replace("’", "'")
        for side, pattern in self._idioms:
            if pattern.search(text):
                return side
        hits = [sign for token in doc if (sign := self._sign(token))]
        if hits:
            return "positive" if hits[0] > 0 else "negative"
        is_against = any(self._is_negated(token) for token in doc if token.pos_ in ("VERB", "AUX"))
        return "negative" if is_against or _AGAINST.search(text) else None

    def strength(self, text: str, *, has_diet: bool) -> Strength:
        """Whether breaking it would be wrong: allergies, "never", "can't", rules of faith."""
        plain = text.lower().replace("’", "'")
        if _SOFT.search(plain):
            return "soft"
        words = set(re.findall(r"[\w'-]+", plain))
        is_hard = has_diet or bool(words & self._language.words["hard_words"])
        return "hard" if is_hard or _HARD.search(plain) else "soft"

    def about(self, doc: "Doc") -> str | None:
        """What the sentence is about, in its own words: the object of what is liked or done."""
        for token in self._heads(doc):
            found = self._object(token)
            if found is not None:
                return self._phrase(found)
        return None

    def scope(self, doc: "Doc") -> str | None:
        """The condition under which it holds ("when I travel", "at work"), in its own words."""
        for token in doc:
            is_condition = token.dep_ == "advcl" and any(
                child.lower_ in _CONDITIONS for child in token.children
            )
            if is_condition:
                return str(doc[token.left_edge.i : token.right_edge.i + 1].text).strip(" ,.")
        found = _SITUATION.search(doc.text)
        return found[0].strip(" ,.") if found else None

    def _sign(self, token: "Token") -> int:
        """1 for a word of liking, -1 for one of disliking, 0 for any other; negation turns it."""
        if self._is_aside(token):
            return 0
        lemma, word = token.lemma_.lower(), token.lower_
        has = self._language.has
        if token.pos_ in ("VERB", "AUX", "ADP") or word in ("love", "like", "hate", "prefer"):
            if has("negative_verbs", lemma):
                return self._turned(token, -1)
            if has("positive_verbs", lemma) and word != "only":
                if word == "like" and token.dep_ in ("prep", "mark", "amod"):
                    return 0
                return self._turned(token, self._deeper(token))
            if lemma in _STANCE and self._is_negated(token):
                return -1
        if has("negative_words", word) or has("negative_words", lemma):
            return self._turned(token, -1)
        if has("positive_words", word) or has("positive_words", lemma):
            return self._turned(token, 1)
        if has("bodily", lemma) and token.pos_ == "VERB" and self._is_negated(token):
            return -1
        return 0

    def _deeper(self, token: "Token") -> int:
        """ "I prefer not to fly", "I like to avoid crowds": what is wished for is to be spared."""
        for child in token.children:
            if child.dep_ not in ("xcomp", "ccomp", "dobj", "advcl"):
                continue
            if self._is_negated(child, only_here=True):
                return -1
            lemma = child.lemma_.lower()
            if child.pos_ == "VERB" and self._language.has("negative_verbs", lemma):
                return -1
            if child.pos_ == "VERB" and lemma in ("stay", "keep", "go", "live", "do"):
                rest = " ".join(each.lower_ for each in child.subtree)
                if re.search(r"\b(?:away|clear|without|off|out of)\b", rest):
                    return -1
        return 1

    def _turned(self, token: "Token", sign: int) -> int:
        if self._is_negated(token):
            sign = -sign
        return sign

    def _is_negated(self, token: "Token", *, only_here: bool = False) -> bool:
        here = any(
            child.dep_ == "neg"
            or child.lower_ in _NEGATIONS
            or (child.lower_ in _SELDOM)
            or (child.lower_ == "longer" and any(c.lower_ == "no" for c in child.children))
            for child in token.children
        )
        if here or only_here:
            return here
        before = [each.lower_ for each in token.doc[max(0, token.i - 3) : token.i]]
        if token.pos_ in ("NOUN", "ADJ", "PROPN") and any(
            word in ("no", "not", "n't", "never") for word in before
        ):
            return True
        if before[-2:] == ["no", "longer"] or before[-1:] == ["never"]:
            return True
        head = token.head
        if token.dep_ in ("xcomp", "acomp", "attr", "oprd", "aux") and head is not token:
            return self._is_negated(head)
        return False

    def _is_aside(self, token: "Token") -> bool:
        return any(
            (each.dep_ in _ASIDE and each.head.dep_ != "ROOT") or each.dep_ == "relcl"
            for each in (token, *token.ancestors)
        )

    def _heads(self, doc: "Doc") -> Iterator["Token"]:
        """The words whose object is what the sentence is about, the likeliest first."""
        signed = [token for token in doc if self._sign(token)]
        yield from signed
        yield from (token for token in doc if token.dep_ == "ROOT")
        yield from (token for token in doc if token.pos_ == "VERB" and not self._is_aside(token))

    def _object(self, token: "Token") -> "Token | None":
        for wanted in ("dobj", "xcomp", "ccomp", "attr", "prep", "oprd", "acomp", "nsubj"):
            for child in token.children:
                if child.dep_ != wanted or child.lower_ in ("i", "we", "it", "that", "what", "to"):
                    continue
                if wanted == "prep":
                    if child.lower_ in ("for", "by", "because") and token.pos_ == "VERB":
                        continue
                    inside = [each for each in child.children if each.dep_ in ("pobj", "pcomp")]
                    if inside:
                        return inside[0]
                elif wanted in ("xcomp", "ccomp", "oprd", "acomp") and (
                    deeper := self._object(child)
                ):
                    return deeper
                elif wanted not in ("xcomp", "ccomp", "acomp") or wanted == "xcomp":
                    return child
        return None

    def _phrase(self, token: "Token") -> str | None:
        inside = [
            each
            for each in token.subtree
            if not any(
                up.dep_ in ("relcl", "advcl") and up in token.subtree
                for up in (each, *each.ancestors)
            )
        ]
        words = token.doc[inside[0].i : inside[-1].i + 1] if inside else None
        if words is None:
            return None
        text = str(words.text).strip(" ,.;:!")
        text = re.split(r",? (?:because|since|so|as they|as it|but|unless)\b", text)[0]
        return " ".join(text.split()[:_LONGEST_ABOUT]) or None

    @cached_property
    def _idioms(self) -> list[tuple[Polarity, re.Pattern[str]]]:
        return [
            ("negative", re.compile(pattern))
            if sign == "against"
            else ("positive", re.compile(pattern))
            for sign, pattern in self._language.idioms
        ]


_CONDITIONS = frozenset({"when", "whenever", "while", "if", "unless", "once", "until"})
_SITUATION = re.compile(
    r"\b(?:at|on|in|during|after|before|for|around|over) (?:the |my |a |long |early |late )*"
    r"(?:mornings?|afternoons?|evenings?|nights?|weekends?|weekdays?|breakfast|lunch|dinner|noon"
    r"|midnight|work|home|winter|summer|spring|autumn|fall|flights?|travels?|holidays?|vacations?"
    r"|trips?|office|car|gym|bed|public|meetings?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|christmas|ramadan|lent|dark|cold|heat|rain|\d{1,2} ?(?:am|pm))\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:no|never|without|avoid|nothing|none|free|allergic|allergy|intoleran\w+|can't|cannot"
    r"|don't|won't|not)\b"
)
_SOFT = re.compile(
    r"\bcan(?:'t|not| not)(?: \w+)? (?:stand|bear|get enough|wait|help|live without|imagine|resist"
    r"|get into|be bothered|decide|cook|swim|sing|dance|draw|play|whistle|spell|remember)\b"
    r"|\b(?:used to|no longer|not .{0,30} any ?more|anymore|any more)\b"
    r"|\bnever (?:really|been|liked|got|understood|have|had|was|went|learned|learnt|seen|broke"
    r"|finished|saw|met|cared|heard|tried|thought|say no|get tired|get bored|miss|enough)\b"
)
_HARD = re.compile(
    r"\b(?:must(?:n't| not)?|have to (?:avoid|follow|stay|watch|limit|be careful)|not allowed"
    r"|under no circumstances|strict(?:ly)?|absolutely (?:no|never|cannot|can't)|off[- ]limits"
    r"|no exceptions?|at all costs|refuse|forbidden|prohibit\w*|zero tolerance|non-negotiable"
    r"|deal ?breaker|boycott|severe(?:ly)?|life-threatening|for (?:religious|health|medical"
    r"|ethical) reasons|due to (?:my |a |an |medical|health|religious|ethical|severe)"
    r"|(?:makes?|make) me (?:sick|ill|vomit|throw up)|anaphyla\w*|doctor'?s? (?:told|orders?|said"
    r"|says|advised|has)|need(?:s)? (?:step-free|to avoid|wheelchair|a ramp)|exclusively)\b"
    r"|\bnever (?:ever )?(?:eat|drink|fly|work|buy|use|wear|take|touch|go|travel|drive|watch|spend"
    r"|smoke|recommend|suggest|mention|consume|do|let|give|share|lend|book|order|cook|step|set"
    r"|accept|shop|answer|check|stay|ride|swim|own|keep|read|play|listen|want|again)\b"
    r"|\b(?:i|we) (?:absolutely |simply |really |just |physically |also |still )?(?:can't|cannot"
    r"|can not)"
    r" (?:\w+ )?(?:eat|drink|have|consume|take|tolerate|digest|climb|drive|fly|walk|lift|swim|hear"
    r"|see"
    r"|use|wear|spend|work|meet|travel|sit|smoke|afford|run|bend|kneel|carry|be|do|sleep|go"
    r"|attend|touch|read|eat|accept|participate|process|drink|start|stay|leave|kneel|jump|risk)\b"
    r"|\b(?:don't|do not|won't|will not) (?:ever )?(?:eat|drink|consume|smoke|work on|use any"
    r"|do any)\b"
    r"|\bonly (?:eat|drink|buy|wear|use|meet|work|fly|take|travel|shop|consume|available|free"
    r"|free)\b"
    r"|\bno \w+(?: \w+)? for me\b|\bat most\b|\bno more than\b|\bcan only\b"
    r"|\b(?:dairy|gluten|eggs?|milk|nuts|lactose|shellfish) (?:is|are) (?:off|out)\b"
)
