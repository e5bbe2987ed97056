import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from assistant import AssistantError
from ui.addresses import listen
from ui.cli import ui
from ui.server import serve


def test_importing_the_command_loads_nothing_heavy() -> None:
    heavy = {"gradio", "torch", "fastapi", "chromadb", "langchain_core", "transformers"}
    code = f"import sys, ui.cli; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "set()"


def test_another_host_than_loopback_is_refused_with_what_to_do() -> None:
    done = CliRunner().invoke(ui, ["--host", "0.0.0.0"])
    assert done.exit_code == 1
    assert "'0.0.0.0' can be reached from other machines" in done.output
    assert "Add --auth" in done.output


def test_without_an_account_nobody_could_sign_in_so_nothing_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BESPOKE_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(ui, ["--auth", "--port", "41940"])
    assert done.exit_code == 1
    assert "bespoke accounts add NAME" in done.output


def test_missing_weights_are_told_before_anything_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BESPOKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BESPOKE_CACHE", str(tmp_path / "empty"))
    with (
        listen("127.0.0.1", 41_900) as listener,
        pytest.raises(AssistantError, match="bespoke models pull"),
    ):
        serve(listener, port_wanted=41_900, model=None, is_opened=False)
    assert "Bespoke is at" not in capsys.readouterr().out


def test_a_home_that_cannot_be_written_to_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BESPOKE_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("BESPOKE_CACHE", str(tmp_path / "empty"))
    with (
        listen("127.0.0.1", 41_920) as listener,
        pytest.raises(click.ClickException, match="BESPOKE_HOME"),
    ):
        serve(listener, port_wanted=41_920, model=None, is_opened=False)
