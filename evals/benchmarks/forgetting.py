"""Whether forgetting leaves nothing behind, and how long it takes.

A vault is filled, and among its messages lie canaries: sentences with words that occur nowhere
else, said by the user, repeated by the assistant, and noted as memories. Each is forgotten; then
every byte below the home folder is searched for its words, in several encodings, and for parts of
its vectors. Canaries are embedded by the settings' own embedder, the sentences around them by a
deterministic one of the same dimension, so that filling takes seconds. The index is Chroma's, on
the disk. Run with:

    python -m evals.benchmarks.forgetting 5000
"""

import argparse
import multiprocessing
import os
import random
import re
import signal
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings

from assistant import Assistant, Companion
from assistant.chat_models.spinning import spin_briefly
from evals.benchmarks.cached_embeddings import settings_embeddings
from evals.benchmarks.doubles import DIMENSION, AskedAt
from evals.benchmarks.filling import MEMORIES, messages, sentences

CANARIES = 12
PROBES = 20
KILLED_AT = ("COMMIT", "UPDATE vectors SET is_indexed = 0 WHERE", "VACUUM", "wal_checkpoint")
_PART = 64
_PARTS = range(0, 4 * DIMENSION, DIMENSION)
_FILLING = re.compile(r"(word\d+ ?)+")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class Canary:
    """A sentence with two words that occur nowhere else, in a message and in a reply."""

    number: int
    words: tuple[str, str]

    @property
    def sentence(self) -> str:
        """What the user said."""
        return f"I keep {self.words[0]} in {self.words[1]}"

    def messages(self) -> list[dict[str, Any]]:
        """The message that it is part of, and a reply that repeats it in other words."""
        common = {"conversation": f"canary{self.number}"}
        said = f"Hello there. {self.sentence}. What else could I do with it?"
        answer = f"How nice that you have {self.words[0].upper()}! Is {self.words[1]} far away?"
        return [
            {"id": f"canary{self.number}", "role": "user", "content": said, **common},
            {"id": f"answer{self.number}", "role": "assistant", "content": answer, **common},
        ]


class CanaryEmbeddings(Embeddings):
    """The real embedder for whatever is no sentence made for filling."""

    def __init__(self) -> None:
        self._fake = DeterministicFakeEmbedding(size=DIMENSION)

    @cached_property
    def _real(self) -> Embeddings:
        return settings_embeddings()

    def embed_query(self, text: str) -> list[float]:
        """Embed one text."""
        chosen = self._fake if _FILLING.fullmatch(text) else self._real
        return chosen.embed_query(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts one by one."""
        return [self.embed_query(text) for text in texts]


def canaries(count: int, seed: int = 11) -> list[Canary]:
    """Canaries whose words no stemmer changes and no two share a stem of."""
    draw = random.Random(seed)  # noqa: S311

    def word() -> str:
        return "".join(draw.choice("bdgkmpz") + draw.choice("aou") for _ in range(6)) + "k"

    return [Canary(number, (word(), word())) for number in range(count)]


def holding(home: Path, needles: Sequence[bytes]) -> tuple[int, int]:
    """How many needles are in files below a folder, in any case, and how many bytes were read."""
    left, size = 0, 0
    for path in sorted(home.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            lowered = content.lower()
            size += len(content)
            left += sum(each in content or each.lower() in lowered for each in needles)
    return left, size


def missing(home: Path, needles: Sequence[bytes]) -> list[bytes]:
    """The needles that stand in no file below a folder."""
    content = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    return [each for each in needles if each not in content]


class Benchmark:
    """One vault that is filled, forgotten from, killed, filled again, and erased."""

    def __init__(self, home: Path, assistant: Assistant, count: int) -> None:
        self.home = home
        self._assistant = assistant
        self._count = count
        self._canaries = canaries(CANARIES + len(KILLED_AT))

    @property
    def ana(self) -> Companion:
        """The user."""
        return self._assistant.user("ana")

    def fill(self) -> None:
        """Store messages with the canaries among them, and memories."""
        given = list(messages(self._count))
        for canary in self._canaries:
            place = canary.number * len(given) // len(self._canaries)
            given[place:place] = canary.messages()
        self.ana.import_messages(given, learn=False)
        for text in sentences(MEMORIES, seed=8):
            self.ana.memories.add(text)
        for canary in self._canaries:
            self.ana.memories.add(canary.sentence)
        self._assistant.settle()

    def forget(self) -> Iterator[tuple[float, float, int, int]]:
        """Forget one after the other: seconds, seconds until indexed, needles left, bytes read."""
        for canary in self._canaries[:CANARIES]:
            needles = self._needles(canary)
            memory_id = self._memory_of(canary)
            started = time.perf_counter()
            self.ana.memories.forget(memory_id)
            forgotten = time.perf_counter()
            left, _ = holding(self.home, needles)
            indexing = time.perf_counter()
            self._assistant.settle()
            settled = time.perf_counter() - indexing
            left_later, size = holding(self.home, needles)
            yield forgotten - started, settled, left + left_later, size

    def recalled(self) -> list[list[str]]:
        """What is recalled for some texts."""
        return [
            [item.id for item in self.ana.recall(text, gate=False, limit=10)]
            for text in sentences(PROBES, seed=9)
        ]

    def known(self) -> list[str]:
        """The ids of all memories that are no canaries."""
        said = {canary.sentence for canary in self._canaries}
        return [each.id for each in self.ana.memories.list() if each.text not in said]

    def kill(self) -> Iterator[tuple[str, int]]:
        """Forget in a process that is killed on the way; needles left after the next start."""
        for canary, point in zip(self._canaries[CANARIES:], KILLED_AT, strict=True):
            needles = self._needles(canary)
            memory_id = self._memory_of(canary)
            self._assistant.close()
            process = multiprocessing.get_context("spawn").Process(
                target=forget_and_be_killed, args=(self.home, memory_id, point)
            )
            process.start()
            process.join()
            assert process.exitcode == -signal.SIGKILL
            self._assistant = open_assistant(self.home)
            if any(each.id == memory_id for each in self.ana.memories.list()):
                self.ana.memories.forget(memory_id)  # killed before it was decided
            self._assistant.settle()
            yield point, holding(self.home, needles)[0]

    def import_again(self) -> int:
        """Import all canaries again, also under other ids; the needles that came back."""
        again = [message for canary in self._canaries for message in canary.messages()]
        renamed = [each | {"id": f"again {each['id']}", "conversation": "again"} for each in again]
        users = [each for each in [*again, *renamed] if each["role"] == "user"]
        self.ana.import_messages(users, learn=False)
        self._assistant.settle()
        needles = [word.encode() for canary in self._canaries for word in canary.words]
        return holding(self.home, needles)[0]

    def erase(self) -> tuple[float, int]:
        """Erase the user; seconds, and how many files are left below the home folder."""
        started = time.perf_counter()
        self.ana.erase()
        seconds = time.perf_counter() - started
        self._assistant.close()
        return seconds, sum(path.is_file() for path in self.home.rglob("*"))

    def _needles(self, canary: Canary) -> list[bytes]:
        """What must not be left of a canary: its words in every encoding, parts of its vectors."""
        ids = [each["id"] for each in canary.messages()]
        with self._assistant._shared.vaults.using("ana") as vault, vault._database.read() as read:
            rows = read.execute(
                "SELECT vector FROM vectors v JOIN messages m ON v.kind = 'message'"
                " AND m.seq = v.seq WHERE m.id IN (?, ?) UNION ALL SELECT vector FROM vectors v"
                " JOIN memories m ON v.kind = 'memory' AND m.seq = v.seq WHERE m.content = ?",
                (*ids, canary.sentence),
            ).fetchall()
        parts = [row["vector"][start : start + _PART] for row in rows for start in _PARTS]
        assert len(parts) == 3 * len(_PARTS), "a canary has no vector"
        words = [word.encode() for word in canary.words]
        assert not missing(self.home, [*words, *parts]), "the search finds nothing"
        return [*parts, *(word.encode(code) for word in canary.words for code in _ENCODINGS)]

    def _memory_of(self, canary: Canary) -> str:
        return next(e.id for e in self.ana.memories.list() if e.text == canary.sentence)


def open_assistant(home: Path) -> Assistant:
    """An assistant with these embedders and a chat model that says one word."""
    return Assistant(home=home, model=AskedAt(), embeddings=CanaryEmbeddings())


def forget_and_be_killed(home: Path, memory_id: str, point: str) -> None:
    """Forget in this process, and end it with SIGKILL when SQLite begins such a statement."""

    def watch(statement: str) -> None:
        if point in statement:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_assistant(home) as assistant:
        with assistant._shared.vaults.using("ana") as vault:
            vault._database._connection.set_trace_callback(watch)
        assistant.user("ana").memories.forget(memory_id)


def measure(count: int, home: Path) -> None:
    """Run all of it and print a table, line by line."""
    benchmark = Benchmark(home, open_assistant(home), count)
    benchmark.fill()
    known, recalled = benchmark.known(), benchmark.recalled()
    took = list(benchmark.forget())
    seconds, indexing = [each[0] for each in took], [each[1] for each in took]
    _tell("forgotten, one after the other", f"{len(took)} of a vault of {count} messages")
    _tell("seconds each", _summary(seconds))
    _tell("seconds until the index is built again, in the background", _summary(indexing))
    _tell("needles left", f"{sum(each[2] for each in took)} in {took[-1][3] / 1e6:.1f} MB")
    kept = sum(each in benchmark.known() for each in known)
    _tell("other memories left", f"{kept} of {len(known)}")
    same = [
        len(set(before) & set(after)) / len(before)
        for before, after in zip(recalled, benchmark.recalled(), strict=True)
    ]
    _tell("of the first ten recalled, recalled again", f"{statistics.mean(same):.1%}")
    for point, left in benchmark.kill():
        _tell(f"killed at {point!r}: needles left", str(left))
    _tell("needles back after importing it again", str(benchmark.import_again()))
    erasing, files = benchmark.erase()
    _tell("erased", f"in {erasing:.2f} s; {files} files left")


def _tell(what: str, figure: str) -> None:
    print(f"{what:<60} {figure}", flush=True)


def _summary(seconds: Sequence[float]) -> str:
    return f"median {statistics.median(seconds):.2f}, most {max(seconds):.2f}"


def main() -> None:
    """Measure at the size that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("messages", type=int, nargs="?", default=5000)
    given = parser.parse_args()
    spin_briefly()
    with tempfile.TemporaryDirectory() as home:
        measure(given.messages, Path(home))


if __name__ == "__main__":
    main()
