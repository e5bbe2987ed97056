"""How a user writes: length, tone, emojis and language of their own messages, as plain counts.

Computed from the latest messages whenever it is asked for and kept nowhere, so that a forgotten
message leaves no trace in it. What is kept is since when a habit counts, where the user had it
begin anew. Knows nothing about how replies are fitted to it.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from statistics import median

from memory.database import Database
from memory.emojis import has_emoji
from memory.languages import guess_language
from memory.types import Record, UtcTime

LATEST = 40
_MOST_CHARACTERS = 2000
_RESETS = "habits_begin"

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`|^>[^\n]*", re.DOTALL | re.MULTILINE)
_CASUAL = re.compile(
    r"^[a-z]|\bi\b(?!['\u2019.)])|\b(?:im|ive|id|dont|cant|wont|didnt|doesnt|isnt|whats|thats|lets"
    r"|gonna|wanna|gotta|kinda|lol|haha|hey|yeah|yep|nope|cool|btw|pls|plz|thx|u|ur|r)\b"
)
_COURTESY = re.compile(
    r"\b(?:would you|could you|kindly|i would|i should like|may i|might i|please|dear|sincerely"
    r"|regards|grateful|thank you)\b",
    re.IGNORECASE,
)
_CONTRACTION = re.compile(r"\w['\u2019](?:m|s|re|ve|d|ll|t)\b", re.IGNORECASE)


class OwnMessage(Record):
    """A message that the user wrote, at most 2,000 characters of it."""

    text: str
    time: UtcTime


class Habits(Record):
    """What the user's messages are like; shares are of messages, from 0 to 1.

    `language` is the one that most messages whose language can be told are in.
    """

    messages: int
    median_words: float
    emoji_share: float
    casual_share: float
    formal_share: float
    language: str | None
    language_share: float


class Writing:
    """The user's own messages of one vault, and since when each habit counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, limit: int = LATEST) -> Sequence[OwnMessage]:
        """The beginnings of the user's latest messages, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT substr(content, 1, ?) AS content, time FROM messages WHERE role = 'user'"
                " ORDER BY seq DESC LIMIT ?",
                (_MOST_CHARACTERS, limit),
            ).fetchall()
        return [_own(row) for row in rows]

    def saying(self, words: Sequence[str], limit: int = LATEST) -> Sequence[OwnMessage]:
        """The latest own messages that hold one of these words, newest first.

        Those that taught something are left out: what they say is a memory, which the user can
        correct and hide.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT substr(content, 1, ?) AS content, time FROM messages WHERE role = 'user'"
                " AND seq IN (SELECT rowid FROM message_words WHERE message_words MATCH ?)"
                " AND id NOT IN (SELECT message_id FROM evidence WHERE message_id IS NOT NULL)"
                " ORDER BY seq DESC LIMIT ?",
                (_MOST_CHARACTERS, " OR ".join(f'"{word}"' for word in words), limit),
            ).fetchall()
        return [_own(row) for row in rows]

    def beginnings(self) -> dict[str, datetime]:
        """Since when habits count, by the names they were given; the rest count from the start."""
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (_RESETS,)).fetchone()
        kept = json.loads(row["value"]) if row else {}
        return {name: datetime.fromisoformat(time) for name, time in kept.items()}

    def begin_anew(self, name: str, *, time: datetime) -> None:
        """Let a habit count only from `time` on, in running conversations, too."""
        kept = {other: each.isoformat() for other, each in self.beginnings().items()}
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                (_RESETS, json.dumps(kept | {name: time.isoformat()})),
            )
            connection.execute("UPDATE conversations SET snapshot = NULL")


def _own(row: sqlite3.Row) -> OwnMessage:
    return OwnMessage(text=row["content"], time=datetime.fromisoformat(row["time"]))


def habits_of(texts: Sequence[str]) -> Habits:
    """What these messages are like. Code, and lines that quote somebody, are left out."""
    proses = [prose for text in texts if (prose := _CODE.sub(" ", text).strip())]
    codes = Counter(code for prose in proses if (code := guess_language(prose)))
    (language, most), *_ = [*codes.most_common(1), (None, 0)]
    return Habits(
        messages=len(proses),
        median_words=median([len(prose.split()) for prose in proses] or [0]),
        emoji_share=_share([has_emoji(prose) for prose in proses]),
        casual_share=_share([_is_casual(prose) for prose in proses]),
        formal_share=_share([_is_formal(prose) for prose in proses]),
        language=language,
        language_share=most / len(proses) if proses else 0.0,
    )


def _share(marks: Sequence[bool]) -> float:
    return sum(marks) / len(marks) if marks else 0.0


def _is_casual(text: str) -> bool:
    return _CASUAL.search(text) is not None


def _is_formal(text: str) -> bool:
    is_neat = text[0].isupper() and text[-1] in ".?!" and not _CONTRACTION.search(text)
    return is_neat and _COURTESY.search(text) is not None and not _is_casual(text)
