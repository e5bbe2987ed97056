"""The value of a slot where no pattern knows the wording: the words of the clause that can be one.

What a slot takes is a place, a name, a number, a time, a date, or one of a list of words; where
several words fit, the one after a telling preposition is taken.
"""

import re
from functools import cached_property

from memory.learn.language import Language
from memory.learn.slots import NUMBER, Filled, plainly

_NAME_RUN = (
    r"(?-i:[A-ZÀ-Þ])[\w'&.-]*"
    r"(?:(?: (?:&|of|de|la|the|and|van|von) | )(?-i:[A-ZÀ-Þ0-9])[\w'&.-]*)*"
)
_RUNS: dict[str, str] = {
    "home": r"(?:in|to|into|for|at|near|outside|from|is|is called|of)",
    "birthplace": r"(?:in|at|says|from|of|is|near)",
    "origin": r"(?:from|in|fled|left|of|home in)",
    "employer": r"(?:for|at|with|by|of|from|to|is|called|joined|on the \w+ at)",
    "name": r"(?:i'm|im|i am|is|named|called|to|as|by|me|name|it's|says|name's|christened"
    r"|baptised)",
    "nickname": r"(?:me|as|by|is|use|prefer|to|name's|nickname's|called)",
    "car": r"(?:a|an|the|my|in|for|drive|is|our)",
    "phone": r"(?:a|an|the|my|in|for|to|is|use|rocking)",
    "favourite": r"(?:is|are|by|be|was|'s)",
    "study": r"(?:study|studying|read|reading|in|of|is)",
}
_TIME = (
    r"\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?|(?:half|quarter) (?:past|to) \w+|midnight|noon|dawn"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_SHAPES: dict[str, str] = {
    "age": rf"\b(?:early |mid[- ]|late )?(?:twenties|thirties|forties|fifties|sixties)\b"
    rf"|\b{NUMBER}\b",
    "height": r"\b(?:\d[.,]\d\d?(?: ?m\b)?|\d ?m ?\d\d|\d{3} ?cm|\d' ?\d*\"?|(?:\w+ (?:foot|feet)"
    r"|\d ?(?:ft|feet|foot))"
    r"(?: (?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven))?)",
    "weight": r"\b(?:\d+(?:[.,]\d)?|\w+) ?(?:kg|kilos?|pounds|lbs?|stone)\b(?: \d+)?",
    "shoe size": rf"\b(?:\d\d?(?:\.5)?|{NUMBER}(?: and a half)?)\b",
    "bedtime": rf"\b(?:{_TIME}|{NUMBER})\b",
    "wake-up time": rf"\b(?:{_TIME}|{NUMBER})\b",
    "birthday": rf"\b(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b(?: \d{{4}})?"
    rf"|\b{_MONTH} (?:the )?\d{{1,2}}"
    r"(?:st|nd|rd|th)?\b(?:,? \d{4})?|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:christmas (?:day"
    r"|eve)|new year'?s"
    r" (?:day|eve)|leap day|halloween|valentine'?s day|st \w+'s day)\b"
    rf"|\bthe \w+ of {_MONTH}\b",
    "relationship": r"\b(?:single|married|divorced|engaged|widow(?:ed|er)?|separated|broke up"
    r"|split up|broken up"
    r"|civil partnership|boyfriend|girlfriend|husband|wife|fianc[eé]e?|partner|spouse|bachelor"
    r"|dating|proposed"
    r"|in a relationship)\b",
    "pronouns": r"\b(?:she|he|they|xe|ze|it)(?:/\w+)*\b",
    "children": rf"\b(?:no|a|an|one|twins|triplets|{NUMBER})\b",
    "siblings": rf"\b(?:only child|no|a|one|{NUMBER})\b",
    "pets": rf"\b(?:no|one|{NUMBER}|a \w+)\b",
    "hair": r"\b(?:bald|blonde?|brown|black|red|ginger|gr[ae]y|white|auburn|curly|straight|wavy"
    r"|short|long"
    r"|shoulder-length|dark|shaved|pink|purple|blue|green|silver|dyed|buzz cut|dreadlocks"
    r"|brunette)\b",
}
_NOT_NAMES = re.compile(
    r"^(?:I|I'm|I've|I'd|I'll|My|We|Mum|Mom|Dad|The|A|An|It|It's|At|In|On|As|Since|Been|Born"
    r"|Please|Just|So"
    r"|Not|People|Everybody|Everyone|You|Hi|Hello|Hey|Home|Where|Out|Came|Moved|Our|This|That|Well"
    r"|Still"
    r"|When|After|Before|Best|Name|Signed|New|Mine|She|He|They|Twenty|Two|One|What|Went|Back|First"
    r"|Spent"
    r"|Although|Working|Currently|Living|Based|English|Handed|Relocated|Here|There|Call|Use|Being"
    r"|Somehow"
    r"|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday"
    r"|Wednesday|Thursday|Friday|Saturday|Sunday|Easter|Christmas|Everything|Finally|Turns)$"
)
_WORK_OF = re.compile(
    r"\b(?:as|being|become|became|am|i'm|im|been|is|made me|appointed|hired) (?:an? |the )?", re.I
)


class ValueFinder:
    """Finds values with the word lists of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def find(self, slot: str, clause: str) -> Filled | None:
        """The value of `slot` in a clause that is known to fill it; None if no words can be it."""
        plain = plainly(clause)
        found = self._span(slot, plain)
        if found is None:
            return None
        start, end = found
        return Filled(slot, clause[start:end].strip(" .,"), start)

    def _span(self, slot: str, plain: str) -> tuple[int, int] | None:
        if slot == "job":
            return self._job(plain)
        if slot == "diet":
            return _first(self._diets, plain)
        if slot in ("native language", "reply language"):
            return _first(self._languages, plain)
        if slot in _SHAPES:
            return _first(re.compile(_SHAPES[slot], re.IGNORECASE), plain)
        if slot in _RUNS:
            return self._run(plain, _RUNS[slot])
        return None

    def _job(self, plain: str) -> tuple[int, int] | None:
        found = list(self._jobs.finditer(plain))
        if not found:
            return None
        last = found[-1]
        before = re.search(
            r"(?:\b(?!a\b|an\b|the\b|as\b|i'm\b|am\b|is\b|me\b|been\b|being\b|my\b)[\w-]+ ){0,2}$",
            plain[: last.start()],
        )
        lead = _WORK_OF.search(plain[: last.start()])
        start = last.start()
        if lead and before and lead.end() >= before.start():
            start = lead.end()
        return start, last.end()

    def _run(self, plain: str, before: str) -> tuple[int, int] | None:
        """Words with capitals, those after a telling word first; the last of these is meant."""
        runs = [
            each
            for each in re.finditer(_NAME_RUN, plain)
            if not _NOT_NAMES.match(each[0].split()[0])
        ]
        told = [
            each
            for each in runs
            if re.search(rf"\b{before} (?:the )?$", plain[: each.start()], re.IGNORECASE)
        ]
        for each in (*told[::-1], *runs):
            return each.start(), each.end()
        found = re.search(rf"\b{before} (?P<v>[a-z][\w'-]+)", plain, re.IGNORECASE)
        return found.span("v") if found else None

    @cached_property
    def _diets(self) -> re.Pattern[str]:
        listed = _either(self._language.words["diets"])
        return re.compile(
            rf"\b[\w-]*(?:{listed})\b|\b[\w-]+[- ](?:free|carb|fodmap|based|sodium|fat)\b",
            re.IGNORECASE,
        )

    @cached_property
    def _languages(self) -> re.Pattern[str]:
        names = self._language.words["nationalities"] | self._language.words["languages"]
        return re.compile(
            rf"\b(?!english\b.*\b(?:{_either(names)})\b)(?:{_either(names)})\b", re.IGNORECASE
        )

    @cached_property
    def _jobs(self) -> re.Pattern[str]:
        listed = _either(self._language.words["jobs"])
        return re.compile(
            rf"\b(?:{listed}|[\w-]+(?:ologist|grapher|eer|smith|wright|keeper)|stay-at-home \w+"
            rf"|cabin crew|team lead)\b",
            re.IGNORECASE,
        )


def _first(pattern: re.Pattern[str], text: str) -> tuple[int, int] | None:
    found = pattern.search(text)
    return found.span() if found else None


def _either(words: frozenset[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
