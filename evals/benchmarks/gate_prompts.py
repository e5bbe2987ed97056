"""Whether the gate tells a prompt made worse on purpose from ten harmless rewordings.

The prompt that ships answers the choices of two suites that ship, with memory on, and is blessed.
Then every version of `prompt_versions.yaml` answers the same, and is held against that baseline as
`bespoke eval gate` does it. An answer is one token. A run that broke off goes on where it was:

    python -m evals.benchmarks.gate_prompts --out runs/gate-prompts
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml
from tqdm import tqdm

from assistant.settings import load_settings
from evals.baseline import Baseline, baseline_of
from evals.benchmarks.cached_embeddings import CachedEmbeddings
from evals.commands.suite_path import shipped
from evals.gate import GateReport, judge
from evals.results import Run, load_run
from evals.running.runner import Runner
from evals.suites.reading import LoadedSuite, read_suite
from memory.embeddings import Embedder
from memory.types import Record
from prompts.library import Library

ARM = "on"
SUITES = ("preferences", "update")
ORIGINAL, WORSE = "as it ships", "worse"
_NEAR = (0, None)

# What stands in place of parts of the prompt, by the names of these parts.
Version = Mapping[str, str]


class Finding(Record):
    """What the gate said about one version: a report for each suite."""

    version: str
    reports: tuple[GateReport, ...]

    @property
    def is_alarm(self) -> bool:
        """Whether the gate would not let it pass."""
        return not all(report.is_calm for report in self.reports)


def versions() -> dict[str, Version]:
    """The prompt as it ships, the worse one, and the rewordings."""
    text = files("evals.benchmarks").joinpath("prompt_versions.yaml").read_text("utf-8")
    content = yaml.safe_load(text)
    return {ORIGINAL: {}, WORSE: content["worse"], **content["rewordings"]}


def write_version(version: Version, folder: Path) -> Path:
    """Write a version of the chat prompt into a folder of prompts, as a suite can name it."""
    template = Library().get("chat").model_dump(mode="json")
    for part, text in version.items():
        template["parts"][part]["text"] = text
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chat.yaml").write_text(yaml.safe_dump(template, allow_unicode=True), "utf-8")
    return folder


def choices_of(suite: str, limit: int | None) -> LoadedSuite:
    """The choices of a suite that ships, with nothing else said in between."""
    loaded = read_suite(shipped()[suite])
    names = [
        each.id
        for each in loaded.planned()
        if "choice" in each.case.tags and each.distance in _NEAR
    ]
    return loaded.only(cases=names[:limit])


class Bench:
    """The suites in every version, each in a folder of its own; what broke off goes on there."""

    def __init__(
        self, out: Path, embedder: Embedder, *, model: str | None, limit: int | None
    ) -> None:
        """Read the suites; `limit` is how many cases of each to take."""
        self._out = out
        self._embedder = embedder
        self._settings = load_settings()
        self._suites = [choices_of(name, limit).changed(model=model) for name in SUITES]
        self.answers = sum(loaded.runs([ARM]) for loaded in self._suites)

    def runs(self, name: str, version: Version, bar: "tqdm[Any]") -> list[Run]:
        """Run both suites with a version of the prompt, or what is left of them."""
        place = self._out / name.replace(" ", "-")
        prompts = write_version(version, place / "prompts")
        return [
            self._run(loaded, prompts, place / loaded.suite.name, bar) for loaded in self._suites
        ]

    def _run(self, loaded: LoadedSuite, prompts: Path, folder: Path, bar: "tqdm[Any]") -> Run:
        changed = loaded.changed(prompts=prompts.absolute())
        runner = Runner(
            changed, settings=self._settings, folder=folder, arms=[ARM], embedder=self._embedder
        )
        with runner:
            bar.update(sum(1 for _ in runner.earlier()))
            for _ in runner.results():
                bar.update()
        return load_run(folder)


def measure(bench: Bench, every: Mapping[str, Version]) -> Iterator[Finding]:
    """Bless the prompt as it ships, and hold each other version against it."""
    with tqdm(total=len(every) * bench.answers, unit="answer", dynamic_ncols=True) as bar:
        original = bench.runs(ORIGINAL, every[ORIGINAL], bar)
        blessed = [baseline_of(run, now=datetime.now(UTC)).only([ARM]) for run in original]
        bar.write(_told(original, blessed, left=(len(every) - 1) * bench.answers))
        for name, version in every.items():
            if name != ORIGINAL:
                bar.set_description(name)
                reports = judge(list(zip(bench.runs(name, version, bar), blessed, strict=True)))
                yield Finding(version=name, reports=tuple(reports))


def _told(runs: Sequence[Run], blessed: Sequence[Baseline], *, left: int) -> str:
    """What the prompt that ships passes, and how long the others may take."""
    passed = ", ".join(
        f"{sum(each.is_whole for each in baseline.arms[ARM].values())} of "
        f"{len(baseline.arms[ARM])} ({baseline.suite})"
        for baseline in blessed
    )
    seconds = fmean(result.seconds for run in runs for result in run.results)
    return f"{ORIGINAL}: {passed}. All other versions: about {left * seconds / 60:.0f} minutes."


def lines(finding: Finding) -> Iterator[str]:
    """What was found about a version, a line a suite."""
    for report in finding.reports:
        for each in report.comparisons:
            low, high = each.passes.estimate.low, each.passes.estimate.high
            yield (
                f"{finding.version:16}{report.suite:14}{len(each.lost):3} lost "
                f"{len(each.gained):3} gained of {each.cases:3}, "
                f"{100 * each.passes.estimate.mean:+6.1f} points ({100 * low:+.1f} to "
                f"{100 * high:+.1f}), p {each.passes.p:.4f}"
            )
    yield f"{finding.version:16}{'ALARM' if finding.is_alarm else 'passes'}"


def main() -> None:
    """Run all versions and print what the gate says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("runs/gate-prompts"))
    parser.add_argument("--model", help="another one than is set")
    parser.add_argument("--limit", type=int, help="take so many cases of each suite")
    given = parser.parse_args()
    every = versions()
    settings = load_settings()
    cache = settings.cache / "embedded"
    embedder = Embedder(settings.embedder, CachedEmbeddings.of_settings, cache=cache)
    bench = Bench(given.out, embedder, model=given.model, limit=given.limit)
    print(f"{len(every)} versions of the prompt, {bench.answers} answers each, into {given.out}")
    alarms = {}
    for finding in measure(bench, every):
        alarms[finding.version] = finding.is_alarm
        tqdm.write("\n".join(lines(finding)))
    false = sum(is_alarm for name, is_alarm in alarms.items() if name != WORSE)
    print(
        f"The worse prompt was {'caught' if alarms[WORSE] else 'not caught'}; "
        f"{false} false alarms in {len(alarms) - 1} rewordings."
    )


if __name__ == "__main__":
    main()
