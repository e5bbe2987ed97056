import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.chat_models.catalogue import CATALOGUE
from assistant.commands.models import models
from assistant.errors import UnknownModel


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BESPOKE_CACHE", str(tmp_path))
    return tmp_path


def run(*arguments: str) -> str:
    return CliRunner().invoke(models, arguments, catch_exceptions=False).output


def test_the_list_shows_every_entry_and_how_to_install_it() -> None:
    lines = run("list").splitlines()
    assert lines[0].split() == ["NAME", "WHAT", "FOR", "SIZE", "LICENCE", "INSTALLED"]
    for line, name in zip(lines[1 : len(CATALOGUE) + 1], CATALOGUE, strict=True):
        assert line.startswith(name)
        assert line.endswith(f"no: bespoke models pull {name}")
    licences = [CATALOGUE[name].licence for name in CATALOGUE]
    columns = {line.index(each) for line, each in zip(lines[1:], licences, strict=False)}
    assert len(columns) == 1


def test_a_name_that_is_not_in_the_catalogue_is_refused() -> None:
    with pytest.raises(UnknownModel, match="bespoke models list"):
        run("pull", "gpt-5")


def test_with_models_from_elsewhere_there_is_nothing_to_fetch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BESPOKE_MODEL", "openai:gpt-5-mini")
    monkeypatch.setenv("BESPOKE_EMBEDDER", "/some/folder")
    assert "nothing to fetch" in run("pull")


@pytest.mark.real_model
def test_a_real_model_is_fetched_and_then_listed_as_installed(cache: Path) -> None:
    assert f"in {cache / 'models' / 'all-MiniLM-L6-v2'}." in run(
        "pull", "--quiet", "all-MiniLM-L6-v2"
    )
    line = next(line for line in run("list").splitlines() if line.startswith("all-MiniLM"))
    assert line.endswith("yes")


def test_importing_the_command_imports_nothing_heavy() -> None:
    heavy = {"torch", "transformers", "chromadb", "langchain", "langchain_core", "httpx"}
    code = f"import sys, assistant.commands.models; print({heavy!r} & set(sys.modules))"
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("set()", "")
