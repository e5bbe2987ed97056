"""Checks of a reply's form: its length, its language, how easily it reads, whether it is JSON."""

import json
import re
from collections.abc import Mapping
from typing import Any, Self

import jsonschema
from pydantic import Field, field_validator, model_validator

from evals.checks.base import Check, Seen, check
from evals.results import Verdict
from evals.wording import sentences_of, syllables_in, words_of
from memory.languages import guess_language, languages

_IN_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)
_UNITS = ("words", "sentences", "characters")


@check
class JsonSchema(Check):
    """The reply is JSON that fits a schema; a code block around it is fine."""

    json_schema: Mapping[str, Any] = Field(description="A JSON Schema.")

    @field_validator("json_schema")
    @classmethod
    def _is_schema(cls, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            jsonschema.validators.validator_for(schema).check_schema(schema)
        except jsonschema.SchemaError as error:
            raise ValueError(f"this is no JSON Schema: {error.message}") from None
        return schema

    @property
    def label(self) -> str:
        """Without the schema, which is long."""
        return self.kind

    def judge(self, seen: Seen) -> Verdict:
        """Parse and validate."""
        fenced = _IN_FENCE.search(seen.reply)
        try:
            jsonschema.validate(json.loads(fenced[1] if fenced else seen.reply), self.json_schema)
        except ValueError as error:
            return self.verdict(False, f"it is no JSON: {error}")
        except jsonschema.ValidationError as error:
            where = error.json_path
            return self.verdict(False, f"{where}: {error.message}")
        return self.verdict(True, "it fits the schema")


@check
class Length(Check):
    """The reply is as long as it should be."""

    length: str = Field(description="What is counted: words, sentences or characters.")
    most: int | None = Field(None, ge=0)
    least: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _has_bound(self) -> Self:
        if self.length not in _UNITS:
            raise ValueError(f"length is counted in {', '.join(_UNITS)}, not {self.length!r}")
        if self.most is None and self.least is None:
            raise ValueError("length needs 'most' or 'least'")
        return self

    @property
    def label(self) -> str:
        """With its bounds."""
        bounds = {"at least": self.least, "at most": self.most}
        said = " and ".join(f"{name} {n}" for name, n in bounds.items() if n is not None)
        return f"length: {said} {self.length}"

    def judge(self, seen: Seen) -> Verdict:
        """Count."""
        count = {
            "words": lambda: len(words_of(seen.reply)),
            "sentences": lambda: len(sentences_of(seen.reply)),
            "characters": lambda: len(seen.reply),
        }[self.length]()
        passed = (self.least or 0) <= count and (self.most is None or count <= self.most)
        return self.verdict(passed, f"it has {count} {self.length}")


@check
class Language(Check):
    """The reply is in a language."""

    language: str = Field(description="Its ISO 639-1 code, as in 'es'.")

    @field_validator("language")
    @classmethod
    def _is_known(cls, code: str) -> str:
        if code not in languages():
            raise ValueError(f"{code!r} is not known; {', '.join(sorted(languages()))} are")
        return code

    def judge(self, seen: Seen) -> Verdict:
        """Guess; where the reply is too short to tell, nothing is scored."""
        found = guess_language(seen.reply)
        if found is None:
            return self.verdict(None, "its words do not tell in which language it is")
        return self.verdict(found == self.language, f"it is in {found!r}")


@check
class Readability(Check):
    """The reply of English reads easily enough (Flesch reading ease, Flesch 1948).

    100 is very easy, 60 plain, 30 hard.
    """

    readability: float = Field(description="The least reading ease.")

    def judge(self, seen: Seen) -> Verdict:
        """Count words, sentences and syllables."""
        words, sentences = words_of(seen.reply), sentences_of(seen.reply)
        if not words:
            return self.verdict(None, "it has no words")
        syllables = sum(map(syllables_in, words))
        ease = 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words)
        return self.verdict(ease >= self.readability, f"its reading ease is {ease:.0f}")


@check
class Repetition(Check):
    """The reply does not repeat itself, nor the replies before it.

    Counted is the share of its runs of four words that stood in it, or in them, already.
    """

    repetition: float = Field(ge=0, le=1, description="The most that may be repeated, as a share.")

    def judge(self, seen: Seen) -> Verdict:
        """Compare runs of four words."""
        known = {run for turn in seen.before for run in _runs(turn.reply)}
        runs, repeated = _runs(seen.reply), 0
        for run in runs:
            repeated += run in known
            known.add(run)
        share = repeated / len(runs) if runs else 0.0
        return self.verdict(
            share <= self.repetition, f"{share:.0%} of it was said before", score=1 - share
        )


def _runs(text: str) -> list[tuple[str, ...]]:
    words = [word.casefold() for word in words_of(text)]
    return [tuple(words[at : at + 4]) for at in range(len(words) - 3)]
