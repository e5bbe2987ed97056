"""One case in one arm, top to bottom: the scene is set, the turns are taken, the checks look."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from evals import choosing
from evals.checks.base import Check, Seen
from evals.results import CaseResult, TurnRecord, Verdict
from evals.running.tools import CaseTools
from evals.simulated import SimulatedUser
from evals.subjects.base import Answer, Calls, Scene, Session, Subject, digest_of
from evals.suites.planning import Planned
from evals.suites.reading import LoadedSuite
from evals.suites.steps import Choose, Create, Forget, Say, Simulate, Step, Wait
from evals.suites.types import Arm, Persona, Suite


@dataclass(frozen=True, eq=False)
class Job:
    """One case, in one arm, for one time."""

    planned: Planned
    arm: Arm
    repeat: int
    subject: Subject
    key: str


def key_base(arm: Arm, subject: Subject, loaded: LoadedSuite) -> str:
    """A digest of what all results of an arm depend on."""
    return digest_of(loaded.digest, arm.model_dump_json(), subject.version)


def key_of(planned: Planned, base: str, repeat: int) -> str:
    """A digest of all that a result depends on; `base` is the arm's part of it."""
    return sha256(f"{base} {planned.id} {repeat}".encode()).hexdigest()[:32]


@dataclass
class CaseRun:
    """A case while it is run."""

    job: Job
    suite: Suite
    calls: Calls
    tools: CaseTools
    strangers: Sequence[Persona]
    turns: list[TurnRecord] = field(default_factory=list)

    def run(self) -> CaseResult:
        """Run it.

        Raises:
            Exception: whatever the subject fails with; `turns` are those taken until then.
        """
        started = time.perf_counter()
        session = self.job.subject.open(self._scene(), self.calls)
        try:
            for number, step in enumerate(self.job.planned.case.turns):
                self.turns += self._taken(step, number, session)
            verdicts = self._judged(self.job.planned.case.checks, session)
        finally:
            session.close()
        return self.result(verdicts=verdicts, seconds=time.perf_counter() - started)

    def result(
        self,
        *,
        verdicts: Sequence[Verdict] = (),
        error: str | None = None,
        seconds: float = 0.0,
    ) -> CaseResult:
        """The result, as far as the case came."""
        planned, job = self.job.planned, self.job
        return CaseResult(
            suite=self.suite.name,
            case=planned.id,
            arm=job.arm.name,
            repeat=job.repeat,
            persona=planned.persona.name,
            tags=planned.case.tags,
            is_hard=planned.case.hard,
            distance=planned.distance,
            turns=tuple(self.turns),
            verdicts=tuple(verdicts),
            error=error,
            seconds=round(seconds, 4),
            key=job.key,
            is_cached=self.calls.asked == 0,
        )

    def _scene(self) -> Scene:
        planned, memory = self.job.planned, self.job.arm.memory
        persona = planned.persona
        if memory == "shuffled":
            stranger = self._stranger()
            persona = persona.model_copy(update={"said": stranger.said})
        return Scene(
            persona=persona,
            memory=memory,
            needed=planned.needed,
            neighbours=self._neighbours(),
            now=self.suite.now,
            seed=self.suite.seed,
        )

    def _stranger(self) -> Persona:
        """Somebody else, the same for every repeat of a case."""
        own = self.job.planned.persona.name
        others = [each for each in self.strangers if each.name != own]
        return self._draw("stranger").choice(others)

    def _neighbours(self) -> Mapping[str, Persona]:
        own, everybody = self.job.planned.persona.name, self.suite.personas
        named = self.job.planned.neighbours
        names = everybody if "all" in named else named
        return {name: everybody[name] for name in names if name != own}

    def _draw(self, *what: object) -> random.Random:
        case = self.job.planned.case.id
        return random.Random(f"{self.suite.seed} {case} {what}")  # noqa: S311

    def _taken(self, step: Step, number: int, session: Session) -> Iterator[TurnRecord]:
        match step:
            case Say():
                answer = session.say(
                    step.user,
                    by=step.by,
                    new_conversation=step.new_conversation,
                    remember=step.remember,
                )
                yield self._recorded(step.user, answer, step.checks, session)
            case Choose():
                yield self._chosen(step, number, session)
            case Create():
                answer = session.create(step)
                yield self._recorded(step.in_words, answer, step.checks, session)
            case Simulate():
                yield from self._simulated(step, session)
            case Forget():
                answer = Answer(reply=session.forget(step.forget))
                yield self._recorded(f"(forget: {step.forget})", answer, step.checks, session)
            case Wait():
                session.wait(step.wait)

    def _chosen(self, step: Choose, number: int, session: Session) -> TurnRecord:
        options = list(step.options)
        self._draw("options", number, self.job.repeat).shuffle(options)
        question = choosing.asked(step.choose, options)
        answer = session.say(
            question, new_conversation=step.new_conversation, options=choosing.letters(options)
        )
        choice = choosing.chosen(answer.reply, options)
        right = (step.right,) if isinstance(step.right, str) else step.right
        verdict = Verdict(
            check=f"choice: {' or '.join(right)}",
            kind="choice",
            passed=choice in right,
            reason=f"it chose {choice!r}" if choice else "its answer is none of the options",
        )
        made = self._recorded(question, answer, step.checks, session)
        return made.model_copy(update={"verdicts": (verdict, *made.verdicts)})

    def _simulated(self, step: Simulate, session: Session) -> Iterator[TurnRecord]:
        chat = self.tools.chat(step.model or self.job.subject.model, temperature=0.7)
        user = SimulatedUser(step.simulate, chat)
        begun = len(self.turns)
        taken: list[TurnRecord] = []
        for _ in range(step.turns):
            text = user.next_message([*self.turns[begun:], *taken])
            made = self._recorded(text, session.say(text), step.checks, session)
            taken.append(made)
            yield made

    def _recorded(
        self, text: str, answer: Answer, own: Sequence[Check], session: Session
    ) -> TurnRecord:
        made = partial(
            TurnRecord,
            user=text,
            prompt=answer.prompt,
            reply=answer.reply,
            offered=answer.offered,
            cautions=answer.cautions,
            learned=answer.learned,
            usage=answer.usage,
        )
        seen = self._seen(made(), self.turns, session)
        return made(verdicts=tuple(each.judge(seen) for each in (*own, *self.suite.checks)))

    def _judged(self, own: Sequence[Check], session: Session) -> list[Verdict]:
        if not own:
            return []
        last = self.turns[-1] if self.turns else TurnRecord(user="", reply="")
        seen = self._seen(last, self.turns[:-1], session)
        return [each.judge(seen) for each in own]

    def _seen(self, turn: TurnRecord, before: Sequence[TurnRecord], session: Session) -> Seen:
        planned = self.job.planned
        return Seen(
            turn=turn,
            before=tuple(before),
            case=planned.case,
            persona=planned.persona,
            personas=self.suite.personas,
            store=session,
            tools=self.tools,
        )
