"""Where a sentence says that something is *not* there, or is to be left out or replaced.

Works on one sentence of English. Knows the turns of phrase ("instead of butter", "contains nuts,
so skip it"), and those that only look like them ("don't overcook the shrimp"); nothing about what
the something is.
"""

import re
from functools import cached_property

_USE = (
    r"(?:eat\w*|have|having|us(?:e|ing)|add(?:ing)?|order(?:ing)?|buy(?:ing)?|includ(?:e|ing)"
    r"|consum(?:e|ing)|contain(?:ing)?|choos(?:e|ing)|pick(?:ing)?|put(?:ting)?|serv(?:e|ing)"
    r"|try(?:ing)?|drink(?:ing)?|need|require|want|like|enjoy|tak(?:e|ing)|get(?:ting)?|go(?:ing)?(?!\s+wrong)"
    r"|cook(?:ing)? with|involv(?:e|ing)|watch(?:ing)?|wear(?:ing)?|fly(?:ing)?|rent(?:ing)?"
    r"|book(?:ing)?|recommend(?:ing)?|suggest(?:ing)?|offer(?:ing)?|work(?:ing)?|meet(?:ing)?"
    r"|schedul(?:e|ing)|climb(?:ing)?|walk(?:ing)?|rely(?:ing)?|touch(?:ing)?|play(?:ing)?"
    r"|read(?:ing)?|driv(?:e|ing)|visit(?:ing)?|mix(?:ing)? in|substitut(?:e|ing)|tolerate|do"
    r"|be around|handle|allow\w*|see|call(?:ing)?|plan(?:ning)?|mean|come with)"
)
_NOT = (
    r"(?:do(?:es)?\s?n't|do(?:es)? not|did ?n't|did not|never|can'?t|cannot|can not"
    r"|should ?n't|should not|wo ?n't|will not|must ?n't|must not|would ?n't|would not"
    r"|need ?n't|may not|not able to|not allowed to|without|avoid|no longer|refuse to|unable to)"
)
_BEFORE = re.compile(
    rf"""\b(?:
      {_NOT}\s+(?:\w+ly\s+|also\s+|ever\s+|even\s+|to\s+|have\s+to\s+){{0,2}}(?={_USE}\b)
    | no\s+(?:need|reason)\s+(?:to|for)(?=\s)
    | no(?!\s+(?:more\s+than|need|problem|matter|doubt|worr\w+|time|wonder|idea|better|hurry|limit
               |reason|one|other|less|later|fewer|rush|way)\b|[-\u2013])
    | zero
    | not(?!\s+(?:only|just|to\s+mention|forget|too|all|hesitate|miss|overcook|burn|sure|far|least
               |until|yet|even\s+close)\b)(?=\s+(?:a|an|the|any|with|on|in|for|from|at|by|via|of|contain\w*
               |made|using|\w+s?\b))
    | without(?!\s+\w+ing\b)(?!\s+(?:a\s+doubt|further|fail|question|hesitation))
    | avoid(?:s|ed)?(?!\s+\w+ing\b) | avoiding | steer(?:ing)?\s+clear\s+of
    | (?:stay|staying|keep|keeping)\s+(?:away\s+from|clear\s+of|off) | skip(?:ping)?
    | omit(?:ting)? | leav(?:e|ing)\s+(?:out|off) | exclud(?:e|es|ing) | ditch(?:ing)?
    | eliminat(?:e|es|ing) | cut(?:ting)?\s+out | giv(?:e|ing)\s+up | minus | sans
    | forgo | hold\s+the
    | refrain(?:ing)?\s+from | abstain(?:ing)?\s+from | (?:watch|look)(?:ing)?\s+out\s+for
    | beware\s+of | (?:careful|cautious)\s+(?:with|of|about) | wary\s+of
    | allergic\s+(?:reactions?\s+)?to | allerg(?:y|ies)\s+to | sensitiv(?:e|ity)\s+to
    | intoleran(?:t|ce)\s+(?:to|of) | free\s+(?:of|from) | other\s+than
    | except(?:\s+for|\s+on)? | apart\s+from | aside\s+from | devoid\s+of | lack(?:s|ing)
    | (?:does|do|did)\s*n't\s+(?:have|contain|include|involve|require|use)
    | (?:is|are)\s*n't | instead\s+of | rather\s+than | in\s+place\s+of | in\s+lieu\s+of
    | as\s+opposed\s+to | (?:no|without)\s+trace\s+of | alternatives?\s+(?:to|for)
    | (?:substitutes?|replacements?|stand-?ins?)\s+for | unsuitable | not\s+suitable | off[- ]limits
    | may\s+(?:also\s+)?contain | might\s+contain
    | (?:can|could|often|sometimes|usually)\s+contains?
    | traces\s+of | cross[- ]contaminat\w+ | (?:fear|afraid|scared)\s+of | neither | nor
    | (?:replac|swap|exchang|trad)(?:e|es|ed|ing|s|p|ps|ped|ping)?(?:\s+out)?(?=\s)
    | substitut(?:e|es|ing)(?=\s[^,.;]{{1,40}}?\b(?:with|by)\b)
    | substitut(?:e|es|ing)\s[^,.;]{{1,40}}?\bfor | (?:taste|tastes|look|looks|smell)s?\s+like
    | (?:similar|reminiscent)\s+(?:to|of) | mimics?
    | forbid(?:s|den)? | prohibit(?:s|ed)? | ban(?:s|ned)?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_STARTER = (
    r"(?:try|use|add|serve|opt|go|choose|consider|enjoy|have|make|cook|order|pick|grab|get|buy|take"
    r"|you|we|i|it|they|there|this|these|here|how|let|just|then|so|while|mix|stir|combine|replace"
    r"|swap|look|stick|keep|bake|fry|grill|feel|please|maybe|perhaps|simply|top|toss|season|visit"
    r"|book|fly|plan|start|spread|drizzle|garnish|pair)"
)
_SCOPE_END = re.compile(
    rf"[;!?]|\.\s|\s-\s|—|\b(?:but|however|yet|instead(?!\s+of))\b"
    rf"|,\s*(?:and\s+|or\s+|then\s+)?{_STARTER}\b|\s(?:and|then)\s+{_STARTER}\b|\sand\s+with\b",
    re.IGNORECASE,
)
_SWAP = re.compile(r"(?:replac|swap|exchang|trad|substitut(?:e|es|ing)$)", re.IGNORECASE)
_SWAP_END = re.compile(r"\b(?:with|by|for|to)\b|[,;.!?]", re.IGNORECASE)
_AFTER = re.compile(
    r"""^[\s"'\u201d\u2019*_)]*(?:\([^)]*\)\s*)?(?:
      [-\s]free\b | [-\s]less\b | [-\s](?:style|like|flavou?red|inspired)\b
    | \s*(?:allerg(?:y|ies|ic|en|ens)|intoleran(?:ce|t)|sensitivit(?:y|ies)|substitutes?
          |alternatives?          |replacements?|replacer|analogues?)\b
    | [^.;!?]{0,40}?\b(?:is|are|was|were|would\s+be|should|must|can|could|may
          |needs?\s+to|has\s+to|to)\s*
      (?:be\s+|also\s+|both\s+|all\s+)*
      (?:(?:n't|not)\s+(?:be\s+)?(?:suitable|safe|allowed|ok|okay|an\s+option|vegan
          |vegetarian|halal|kosher|permitted|for\s+you|included|recommended|used|needed|necessary|eaten|part|possible|good
          |gluten|dairy|nut|appropriate|accessible|an?\s+good)
       |avoided|omitted|left\s+out|left\s+off|skipped|replaced|excluded|swapped|substituted
       |off[- ]limits|unsuitable|forbidden|prohibited|out\b|unsafe|a\s+problem|closed)
    | [^.;!?]{0,30}?,?\s+(?:so|therefore|and\s+so|which\s+means)\s
          [^.;!?]{0,30}?\b(?:avoid|skip|not|n't|leave|unsuitable|steer|replace|swap|substitute|check|ask)
    | [^.;!?]{0,25}?,\s*(?:which|that)\s+you\s+(?:avoid|can't|cannot|should|must|don't)
    | \s+you(?:'re|\s+are)\s+allergic\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_WARNING = re.compile(
    r"\b(?:not\s+(?:suitable|safe)|unsuitable|is\s+not\s+\w+ for you"
    r"|be\s+(?:careful|aware|cautious)"
    r"|beware|watch\s+out|warning|caution|double[- ]check"
    r"|check\s+(?:the\s+|all\s+)?(?:labels?|ingredients?)"
    r"|ask\s+(?:the\s+|your\s+)?(?:server|waiter|waitress|chef|restaurant|staff|host)"
    r"|cross[- ]contaminat\w+|may\s+not\s+be\s+(?:suitable|safe)|you\s+(?:told|said|mentioned)"
    r"|must\s+not\s+contain|make\s+sure\s+(?:that\s+)?(?:it|they|there|the\s+\w+)\s+(?:\w+\s+)?"
    r"(?:do(?:es)?\s*n't"
    r"|do(?:es)?\s+not|has\s+no|have\s+no|is\s+free|are\s+free|are\s+no|is\s+no|is\s+not|are\s+not))\b",
    re.IGNORECASE,
)


class Denials:
    """The denied parts of one sentence."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def deny(self, start: int, end: int) -> bool:
        """Whether what stands at the characters `start` to `end` is said not to be there."""
        if self.is_warning or any(first <= start < last for first, last in self._scopes):
            return True
        return _AFTER.match(self._sentence[end:]) is not None

    @cached_property
    def is_warning(self) -> bool:
        """Whether the whole sentence warns."""
        return _WARNING.search(self._sentence) is not None

    @cached_property
    def _scopes(self) -> list[tuple[int, int]]:
        return [
            (match.end(), self._end(match.group(), match.end()))
            for match in _BEFORE.finditer(self._sentence)
        ]

    def _end(self, negator: str, start: int) -> int:
        pattern = _SWAP_END if _SWAP.search(negator) else _SCOPE_END
        end = pattern.search(self._sentence, start)
        return end.start() if end else len(self._sentence)
