"""Whether a user's preference is found among the user's other memories, by how many there are."""

from collections.abc import Iterator, Sequence
from itertools import islice

from evals.benchmarks.datasets.prefeval import Preference
from evals.benchmarks.profiles import users_of_all_topics, users_of_other_topics
from evals.benchmarks.recall import Answer, OpenSystem, RecallReport, Row, ask, compare
from evals.benchmarks.systems.base import SystemName
from evals.statistics import Estimate
from memory.types import Record

CUTS = (1, 5, 10)
_PLOTTED = 5
_ARMS = {"all topics": users_of_all_topics, "other topics": users_of_other_topics}
_NOTES = (
    "all topics: the other memories are drawn from all topics, the question's own included",
    "other topics: none of them is about the question's own topic",
    "a question asked of several seeds' users counts once; intervals draw topics, then questions",
)


class Group(Record):
    """The questions of one arm to users with so many other memories."""

    arm: str
    others: int
    answers: tuple[Answer, ...]

    @property
    def name(self) -> str:
        """The group in words."""
        return f"{self.others} others, {self.arm}"


class Plan(Record):
    """Which users to make: how many other memories each has, how often, and the most of a kind."""

    others: tuple[int, ...] = (20, 40, 100, 200)
    seeds: int = 3
    first_seed: int = 0
    limit: int | None = None


def ask_users(
    preferences: Sequence[Preference],
    plan: Plan,
    systems: Sequence[SystemName],
    open_system: OpenSystem,
) -> Iterator[Group]:
    """Make the users of each arm and size, and ask every system about them.

    Raises:
        TooFewPreferences: there are not enough for users of that size.
    """
    for arm, users in _ARMS.items():
        for others in plan.others:
            corpora = [
                corpus
                for seed in range(plan.first_seed, plan.first_seed + plan.seeds)
                for corpus in islice(users(preferences, others=others, seed=seed), plan.limit)
            ]
            answers = ask(corpora, systems, open_system, f"{others} others, {arm}")
            yield Group(arm=arm, others=others, answers=tuple(answers))


def report_on(groups: Sequence[Group], plan: Plan, systems: Sequence[SystemName]) -> RecallReport:
    """Recall at 1, 5 and 10 of every group."""
    return RecallReport(
        dataset="prefeval",
        seed=plan.first_seed,
        notes=_NOTES,
        rows=tuple(
            compare(group.answers, systems, k=k, name=group.name, seed=plan.first_seed)
            for k in CUTS
            for group in groups
        ),
        curves={},
        answers=tuple(answer for group in groups for answer in group.answers),
    )


def by_size(
    groups: Sequence[Group], report: RecallReport
) -> dict[str, dict[str, dict[int, Estimate]]]:
    """Recall at 5 by arm, system and number of other memories."""
    rows: dict[str, Row] = {row.group: row for row in report.rows if row.k == _PLOTTED}
    panels: dict[str, dict[str, dict[int, Estimate]]] = {}
    for group in groups:
        for system, estimate in rows[group.name].recall.items():
            panels.setdefault(group.arm, {}).setdefault(system, {})[group.others] = estimate
    return panels
