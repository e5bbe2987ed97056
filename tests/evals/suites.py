"""What tests of running suites share: a suite in a folder, with code beside it, and its results."""

from collections.abc import Callable
from pathlib import Path

from assistant.settings import Settings, load_settings
from evals.results import CaseResult
from evals.running.runner import Runner
from evals.suites.reading import read_suite
from memory.embeddings import Embedder
from tests.doubles import WordEmbeddings

PEOPLE = """
personas:
  ana: {said: [{id: diet, text: I am vegan.}, {role: assistant, text: Noted.}], fillers: 1}
  ben: {said: [I eat fish.], canaries: [zanzibar]}
"""


class Workshop:
    """A folder with a suite and what belongs to it; runs of it go beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = load_settings(cache=folder / "cache")
        self.suite = folder / "suite.yaml"

    def write(self, text: str, **files: str) -> Path:
        """Write the suite, and Python files by their names without ending."""
        for name, content in files.items():
            (self.folder / f"{name}.py").write_text(content, "utf-8")
        self.suite.write_text(text, "utf-8")
        return self.suite

    def runner(self, run: str = "run", **options: object) -> Runner:
        """A runner of the suite."""
        return Runner(
            read_suite(self.suite),
            settings=self.settings,
            folder=self.folder / run,
            embedder=Embedder.of(WordEmbeddings()),
            **options,  # type: ignore[arg-type]
        )

    def run(self, run: str = "run", **options: object) -> list[CaseResult]:
        """Run it to its end."""
        with self.runner(run, **options) as runner:
            return list(runner.results())


Write = Callable[..., Path]


def reasons(result: CaseResult) -> list[str]:
    """Why its verdicts are as they are."""
    return [verdict.reason for verdict in result.all_verdicts]
