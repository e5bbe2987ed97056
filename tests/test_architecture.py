"""Who may import whom, what importing costs, and that all that is public says what it is for."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT: dict[str, set[str]] = {
    "prompts": set(),
    "memory": set(),
    "assistant": {"memory", "prompts"},
    "evals": {"assistant", "memory", "prompts"},
    "ui": {"assistant"},
}
FILES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]
HEAVY = ("torch", "transformers", "sentence_transformers", "chromadb", "gradio", "xllamacpp")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield str(node.module)


def public_definitions(
    body: list[ast.stmt], inside: str = ""
) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("_"):
            yield f"{inside}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node.body, f"{node.name}.")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    tops = {name.split(".")[0] for name in imported(ast.parse(path.read_text()))}
    assert tops & MAY_IMPORT.keys() <= MAY_IMPORT[package] | {package}
    assert "tests" not in tops


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_all_that_is_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not tree.body or ast.get_docstring(tree), "the module has none"
    silent = [name for name, node in public_definitions(tree.body) if not ast.get_docstring(node)]
    assert silent == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    """What others set there is for libraries, which know no better way to be told."""
    reads = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute | ast.Name)
        and (
            (node.attr == "get" and ast.unparse(node.value) == "os.environ")
            or ast.unparse(node) == "os.getenv"
        )
    ]
    assert not reads or name_of(path) == "assistant/settings.py"


def run_python(program: str, folder: Path) -> str:
    """What a program prints that is run in a new process, with `folder` as its home."""
    places = {"XDG_DATA_HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | places,
        cwd=folder,
    )
    return done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["--version"],
        ["memory", "list"],
        ["models", "list"],
        ["ui", "--help"],
        ["eval", "--help"],
        ["eval", "recall", "--help"],
        ["eval", "run", "--help"],
        ["eval", "list"],
    ],
)
def test_these_commands_load_nothing_heavy(tmp_path: Path, command: list[str]) -> None:
    program = f"""
import sys
from assistant.cli import main
sys.argv = ["bespoke", *{command!r}]
try:
    main()
except SystemExit as stopped:
    assert not stopped.code, stopped.code
print("loaded:", [name for name in {HEAVY!r} if name in sys.modules])
"""
    assert run_python(program, tmp_path).endswith("loaded: []\n")


# They are made of torch's classes, and imported only where they are used.
NETWORKS = {f"memory.learn.{name}" for name in ("encoder", "network", "effect_network")}


def test_importing_modules_does_nothing(tmp_path: Path) -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in FILES
        if path.relative_to(ROOT).parts[0] in ("assistant", "memory", "prompts")
    ]
    modules = [name for name in modules if name not in NETWORKS]
    program = f"""
import logging, sys, threading
from importlib import import_module
for name in {modules!r}:
    import_module(name)
print([name for name in {HEAVY!r} if name in sys.modules])
print(logging.getLogger().handlers, threading.active_count())
"""
    assert run_python(program, tmp_path) == "[]\n[] 1\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "elsewhere"]
