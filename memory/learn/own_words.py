"""Which parts of a message are the user's own words about the world, sentence by sentence.

Code, quotes, pasted texts, letters, transcripts, role-play and suppositions are somebody else's
words or nobody's: nothing is learned from them. Works on form alone, without a model; English.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# A message longer than this was not typed in one go: only a short first or last paragraph is taken
# for the user's own words, as what they say about what they pasted.
_LONGEST_TYPED = 2000
_LONGEST_FRAME = 400
_LONGEST_SENTENCE = 400
_FEWEST_QUOTED_WORDS = 3
_FEWEST_HANDED_OVER = 3


class Sentence(NamedTuple):
    """A sentence of a message: characters `start` to `end`, and these characters."""

    text: str
    start: int
    end: int


def own_sentences(message: str) -> list[Sentence]:
    """The sentences that the user said about the world in their own words, in order."""
    if _PRETENDS.search(message):
        return []
    own = _without_others(_before_handed_over(_unquoted(message)))
    found = [each for each in _sentences(own) if len(each.text) <= _LONGEST_SENTENCE]
    return _before_material(message, found)


def words_of_others(message: str) -> list[tuple[int, int]]:
    """Where a message quotes or pastes: runs from the first character to behind the last."""
    own = _without_others(message)
    taken = "".join(
        "x" if mine != theirs else "." if theirs == "\n" else " "
        for mine, theirs in zip(own, message, strict=True)
    )
    # The lines of one quotation belong together.
    return [found.span() for found in re.finditer(r"x(?:[x.]*x)?", taken)]


def asks_for_work(sentence: str) -> bool:
    """Whether a sentence begins by asking for work on a text: "Summarize …", "Can you fix …"."""
    return bool(_ASKS_FOR_WORK.match(sentence))


def _unquoted(message: str) -> str:
    """A message that is one quotation as a whole was typed so; take the marks for blanks."""
    whole = re.fullmatch(r"(\s*)[\"“]([^\"“”\n]+)[\"”](\s*)", message)
    return f"{whole[1]} {whole[2]} {whole[3]}" if whole else message


def _before_handed_over(message: str) -> str:
    """A request, a blank line, and a longer text: the text is what the request is about."""
    asked = _REQUEST_ABOVE.match(message)
    if asked is None or len(list(_sentences(message[asked.end() :]))) < _FEWEST_HANDED_OVER:
        return message
    return message[: asked.end()] + "\n" * (len(message) - asked.end())


def _without_others(message: str) -> str:
    """The message with line breaks in place of what is not the user's; no character moves."""
    for pattern in (_FENCE, _QUOTED_LINE, _TRANSCRIPT, _LETTER, _CODE_LINE, _TAG):
        message = pattern.sub(_blank, message)
    message = _QUOTATION.sub(
        lambda found: _blank(found) if _is_long(found[0]) else found[0], message
    )
    return _framing(message) if len(message) > _LONGEST_TYPED else message


def _is_long(quotation: str) -> bool:
    return len(quotation.split()) >= _FEWEST_QUOTED_WORDS


def _blank(found: re.Match[str]) -> str:
    return "\n" * len(found[0])


def _framing(message: str) -> str:
    """Of a long message the first and the last paragraph, if they are short."""
    paragraphs = list(re.finditer(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*", message))
    kept = [each for each in (paragraphs[:1] + paragraphs[-1:]) if len(each[0]) <= _LONGEST_FRAME]
    blank = ["\n"] * len(message)
    for each in kept:
        blank[each.start() : each.end()] = each[0]
    return "".join(blank)


def _sentences(text: str) -> Iterator[Sentence]:
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for stop in [*(found.end() for found in _END.finditer(line[0])), len(line[0])]:
            end = line.start() + stop
            piece = text[start:end]
            bullet = _BULLET.match(piece)
            inside = start + (bullet.end() if bullet else 0)
            words = text[inside:end]
            left = inside + len(words) - len(words.lstrip())
            right = inside + len(words.rstrip())
            if left < right:
                yield Sentence(text[left:right], left, right)
            start = end


def _before_material(message: str, sentences: list[Sentence]) -> list[Sentence]:
    """Leave out the text that a message hands over to be worked on, and what it supposes."""
    kept: list[Sentence] = []
    for number, sentence in enumerate(sentences):
        is_last = number == len(sentences) - 1
        if _WORKS_ON_ABOVE.search(sentence.text) and (is_last or "\n" in message):
            kept = []
        if _SUPPOSES.search(sentence.text):
            break
        kept.append(sentence)
        if _HANDS_OVER.search(sentence.text) or _TELLS_STORY.search(sentence.text):
            break
    if _PUZZLE.search(message):
        return []
    return kept


# Full stops of abbreviations and initials end no sentence.
_END = re.compile(
    r"(?<!\b[A-Z]\.)(?<!\b(?:Dr|Mr|Ms|St|vs)\.)(?<!\b(?:Mrs|etc|e\.g"
    r"|i\.e)\.)(?<=[.!?…])[\"”')\]]*\s+"
    r"|(?<=[.!?])(?=[A-Z][a-z' ])"
)
_BULLET = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s+")

_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|<(\w+)>.*?</\1>", re.DOTALL)
_TAG = re.compile(r"</?\w[^>\n]*>|`[^`\n]+`|https?://\S+")
_QUOTED_LINE = re.compile(r"^[ \t]*[>|].*$", re.MULTILINE)
_CODE_LINE = re.compile(
    r"^(?:\t| {4,}).*$"
    r"|^.*(?:[{};]|\)\s*:|//.*|\w\(\)|==|=>|\+=)[ \t]*$"
    r"|^\s*(?:#|//|/\*|\*|--|import |from \w+ import|def |class |return |const |let |var |if \(|"
    r"SELECT |INSERT ).*$"
    r"|^\s*[\w.]+\s*=\s*\S.*$",
    re.MULTILINE,
)
_QUOTATION = re.compile(
    r"^[ \t]*\"[^\"]+\"|\"[^\"\n]+\"|“[^”]+”|«[^»]+»|‘[^’\n]+’(?!\w)|(?<!\w)'(?:[^'\n]"
    r"|(?<=\w)'(?=\w))+'(?!\w)",
    re.MULTILINE,
)
# Two or more lines that begin with who speaks, and what they say.
_TRANSCRIPT = re.compile(
    r"(?:^[ \t]*\[?(?:[A-Z][\w.]*(?: [A-Z][\w.]*)?|user|assistant|human|\d{1,2}:\d\d[^\n]{0,20}?)"
    r"\]?:[ \t].*(?:\n\s*|\Z)){2,}",
    re.MULTILINE,
)
_LETTER = re.compile(
    r"^[ \t]*(?:dear|to whom|hi|hello|hey|good (?:morning|evening|afternoon)) ?[^\n]{0,40},[ \t]*\n"
    r"(?:(?s:.)*?)(?:^[ \t]*(?:[\w']+ ){0,3}(?:regards|sincerely|yours|faithfully|cheers|best|love"
    r"|thanks|thank you|wishes)(?: in advance| again| so much| for your (?:time|help))?[,.!]*"
    r"(?: (?-i:[A-Z])[\w.'-]*){0,3}[ \t]*$(?:\n[^\n]*)?|\Z)",
    re.MULTILINE | re.IGNORECASE,
)

_REQUEST_ABOVE = re.compile(
    r"\s*(?:[^\n]*[?:]|(?:please |can you |could you |now |so )*"
    r"(?:sort|score|rate|clean|find|count|give|fill|answer|list|tell|show|mark|identify|spot|check"
    r"|pick"
    r"|turn|make|put|match|order|translate|correct|fix|write|rewrite|summari[sz]e|explain"
    r"|analy[sz]e"
    r"|label|grade|name|guess|solve|calculate|extract|complete|continue|improve|edit|proofread|read"
    r"|compare|describe|let'?s|draw|reply|respond)\b[^\n]*|[^\n]*\b(?:below|following"
    r"|this)\b[^\n]*)"
    r"[ \t]*\n\s*\n",
    re.IGNORECASE,
)

_PRETENDS = re.compile(
    r"\b(?:let'?s|let us|can we|could we|want to|we(?:'ll| will)|start|begin|do|quick) (?:a |an "
    r"|some )?"
    r"role-?play|^\W*role-?play\b|\brole-?play (?:as|that|with me|where|scenario)|\bpretend"
    r"|\b(?:please )?(?:act|acting|behave|respond|answer|reply|speak|talk)"
    r" (?:to me )?as (?:if|though|an?|my|the)\b(?! (?:friend|beginner|child|five))"
    r"|\bimagin(?:e|ing)\b|\bplay(?:ing)? the (?:role|part)\b|\btake on the role|\bin character\b"
    r"|\blet'?s play\b|\btext adventure|\bi want you to (?:act|be|play)\b|\byou will (?:be|play)\b"
    r"|^\W*you(?: are|'re|r) (?:now )?(?:an?|the|my) (?!(?:real |huge |great |big |good )?(?:star"
    r"|gem|"
    r"genius|legend|lifesaver|angel|help|friend))"
    r"|\bi(?:'ll| will) be (?:the|your|an?) .{0,40}\byou(?:'ll| will| are|'re)? (?:be "
    r"|are )?(?:the|my|an?)\b"
    r"|\b(?:simulate|simulation)\b|\bmy character\b|\bdungeon",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"^\W*(?:so |ok |now |and |but )?(?:suppose|supposing|let'?s (?:say|assume|suppose)|assume"
    r"|assuming|hypothetically|say i\b|what if|picture this|in this (?:scenario|story|exercise"
    r"|game))",
    re.IGNORECASE,
)
_WORK = (
    r"(?:translat|proof-?read|correct|re-?writ|rephras|re-?phras|paraphras|summari[sz]|edit|improv"
    r"|polish|fix|shorten|simplif|analy[sz]|classif|review|grade|check|critique|reply to|respond to"
    r"|answer this|convert|conjugat|parse|diagram|explain|transcrib|extract|label|rate|evaluat"
    r"|continue|complete|finish|format|debug|refactor|turn|make|change|put|what does"
    r"|what do you think"
    r"|how (?:do|would|can) (?:you|i) (?:say|translate))"
)
_ASKS_FOR_WORK = re.compile(
    rf"\W*(?:please |can you |could you |now )*(?:{_WORK}\w*|(?:tell|show|find|help) me|recommend"
    r"|suggest|list)\b",
    re.IGNORECASE,
)
_HANDS_OVER = re.compile(
    rf"\b{_WORK}\w*\b.*(?::\s*$|\b(?:following|below|this|these|it)\b[^.?!]*[:.]?\s*$)"
    rf"|^\W*(?:please |can you |could you )?{_WORK}\w*\b[^:]*:\s"
    r"|\b(?:here(?:'s| is| are)|below is|this is|attached is|i wrote|i got this|i received) "
    r"(?:what i (?:have|wrote)|(?:my|the|a|an|some|this)\b.{0,40}?\b(?:text|essay|e-?mail|mail"
    r"|letter|cv|resume|résumé|bio|cover letter|story|poem|paragraph|lyrics|draft|speech|post"
    r"|message|transcript|conversation|article|review|code|prompt|song|chapter|abstract|statement"
    r"|excerpt|passage|sentence|log|output|error|script|diary|entry|profile|note|notes|recipe))\b"
    r"|\b(?:the )?following (?:text|e-?mail|letter|sentence|paragraph|passage|code|story|poem|essay"
    r"|message|review|article|lines?|is)\b",
    re.IGNORECASE,
)
_WORKS_ON_ABOVE = re.compile(
    rf"\b{_WORK}\w*\b.*\b(?:above|(?:this|that|the|my) (?:text|e-?mail|letter|essay|paragraph"
    rf"|passage"
    r"|story|poem|draft|post|message|cv|resume|article|review|cover letter|speech|bio|lyrics))\b",
    re.IGNORECASE,
)
_TELLS_STORY = re.compile(
    r"^\W*(?:please |can you |could you |now )*(?:write|tell|create|generate|compose|draft|make up"
    r"|continue)\b.*\b(?:story|scene|script|novel|dialogue|monologue|screenplay|lyrics|song"
    r"|character|fan ?fiction|sketch|play|diary)\b",
    re.IGNORECASE,
)
_PUZZLE = re.compile(
    r"\bhow (?:many|much|far|old|long|fast)\b[^?]*\b(?:left|remain\w*|in total|altogether|in all|"
    r"do (?:i|we) (?:now )?have|will (?:i|we) have|did (?:i|we) (?:start|begin)|each|per"
    r"|end up with|"
    r"am i (?:from|away)|profit|change)\b[^?]*\?|\bwhat is the (?:probability|total|average|sum)\b",
    re.IGNORECASE,
)
