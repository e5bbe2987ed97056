"""Python that a suite names: 'module:name' or 'file.py:name', found from the suite's folder."""

import hashlib
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from evals.errors import SuiteInvalid


def load_named(name: str, folder: Path) -> Any:
    """What 'module:name' or 'file.py:name' stands for; a file's path starts at `folder`.

    Raises:
        SuiteInvalid: there is no such thing, or loading it failed.
    """
    where, _, attribute = name.rpartition(":")
    module = load_file(folder / where) if where.endswith(".py") else _module(where)
    try:
        return getattr(module, attribute)
    except AttributeError:
        raise SuiteInvalid(f"{where!r} has no {attribute!r}. Check the name behind ':'.") from None


def load_file(path: Path) -> ModuleType:
    """Load a Python file, once as long as it stays the same.

    Raises:
        SuiteInvalid: there is no such file, or loading it failed.
    """
    try:
        digest = hashlib.sha256(path.read_bytes() + bytes(path.absolute())).hexdigest()[:16]
    except OSError:
        raise SuiteInvalid(
            f"There is no file {str(path)!r}. Paths start at the suite's folder."
        ) from None
    name = f"bespoke_suite_{path.stem}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise SuiteInvalid(
            f"{str(path)!r} cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    return module


def _module(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise SuiteInvalid(
            f"The module {name!r} cannot be imported: {error}. Is it installed? A file beside the "
            "suite is named with its ending: 'file.py:name'."
        ) from error
