"""What ``trusteq doctor`` looks at, one function a check."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from trusteq_core.errors import ModelError, ResultError
from trusteq_core.models import catalogue
from trusteq_core.models.checkpoint import check_folder, weight_files
from trusteq_core.models.recipes import read_recipe, weights_folder
from trusteq_core.store import ResultStore, default_store
from trusteq_core.tasks import TASKS

__all__ = [
    "Check",
    "check_browser",
    "check_machine",
    "check_models",
    "check_packages",
    "check_python",
    "check_stores",
]

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
ENOUGH_MEMORY = 4 * 2**30  # bytes; training the zoo needs about 3 GiB
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PINNED = re.compile(r"\s*([A-Za-z0-9._-]+)==([^\s;#]+)")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: ``state`` is ``"ok"``, ``"note"`` (works without) or ``"wrong"``."""

    what: str
    state: Literal["ok", "note", "wrong"]
    detail: str


def check_python(version: tuple[int, int] | None = None) -> Check:
    """Return whether the interpreter is new enough."""
    running = version or sys.version_info[:2]
    wanted = ".".join(map(str, OLDEST_PYTHON))
    if running < OLDEST_PYTHON:
        return Check(
            "python", "wrong", f"{'.'.join(map(str, running))}; {wanted} or newer is needed."
        )
    return Check("python", "ok", f"{platform.python_version()} ({wanted} or newer is needed)")


def pinned_versions(lines: Iterable[str]) -> dict[str, str]:
    """Return the exact versions that requirement lines ask for, by distribution.

    Examples
    --------
    >>> pinned_versions(["# runtime", "torch==2.13.0", "click==8.5.1  # cli", "plotly"])
    {'torch': '2.13.0', 'click': '8.5.1'}
    """
    matches = (_PINNED.match(line) for line in lines)
    return {match[1]: match[2] for match in matches if match}


def check_packages(requirements: Path | None = None) -> Iterator[Check]:
    """Yield a check for each pinned package that is missing or of another version.

    Parameters
    ----------
    requirements : path, optional
        The file with the pins; by default that of the clone, else what the installed
        distribution asks for.
    """
    file = requirements or ROOT / "requirements.txt"
    lines = (
        file.read_text(encoding="utf-8").splitlines()
        if file.is_file()
        else metadata.requires("trusteq") or []
    )
    pins = pinned_versions(lines)
    wrong = 0
    for name, wanted in pins.items():
        try:
            found = metadata.version(name).split("+")[0]  # 2.13.0+cpu is a build of 2.13.0
        except metadata.PackageNotFoundError:
            found = "missing"
        if found != wanted:
            wrong += 1
            yield Check(
                f"package {name}",
                "wrong",
                f"{found}; {wanted} is needed: pip install {name}=={wanted}",
            )
    yield Check("packages", "ok", f"{len(pins) - wrong} of {len(pins)} as pinned")


def check_stores(user_root: Path | None = None) -> Iterator[Check]:
    """Read every stored result and yield a check for each store and each file of no use."""
    for store in default_store(user_root).stores:
        readable = _read_all(store)
        problems = store.problems()
        yield from (Check("result", "wrong", problem) for problem in problems)
        if readable or problems:
            detail = f"{readable} readable result(s) in {store.root}"
            yield Check("store", "ok", detail)
        else:
            yield Check("store", "note", f"no results yet in {store.root}")


def _read_all(store: ResultStore) -> int:
    readable = 0
    for entry in store.find():
        try:
            store.read(entry)
        except ResultError:
            continue  # the store lists it among its problems
        readable += 1
    return readable


def check_models(models_dir: Path | None = None) -> Iterator[Check]:
    """Yield a check for each task's models, and for each model folder of no use."""
    for task in TASKS.values():
        what = f"models of {task.id}"
        try:
            cards = catalogue(task.id, models_dir)
        except ModelError as error:
            yield Check(what, "wrong", str(error))
            continue
        usable = []
        for card in cards:
            try:
                check_weights(card.path)
            except ModelError as error:
                yield Check(f"model {task.id}/{card.name}", "wrong", str(error))
            else:
                usable.append(card.name)
        if usable:
            yield Check(what, "ok", f"{len(usable)} of {len(cards)}: {', '.join(usable)}")
        else:
            yield Check(what, "note", 'none to load; "make precomputed" builds them')


def check_weights(folder: Path) -> None:
    """Raise `ModelError` unless a model folder, or the parent its recipe names, is complete."""
    from safetensors import SafetensorError, safe_open

    recipe = read_recipe(folder)
    source = weights_folder(folder, recipe)
    check_folder(source)
    for file in weight_files(source):
        try:
            with safe_open(file, framework="numpy"):
                pass  # opening checks the header against the length of the file
        except (OSError, SafetensorError) as error:
            raise ModelError(f"{file} is damaged ({error}). Build or fetch it again.") from error


def check_browser() -> Check:
    """Return whether a Chromium is there; only the browser tests need one."""
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return Check("chromium", "note", "not found; the browser tests will be skipped")
    return Check("chromium", "ok", found)


def check_machine() -> Check:
    """Return the cores this process may use and the memory of the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    detail = f"{cores} core(s), {memory / 2**30:.1f} GiB of memory"
    if memory < ENOUGH_MEMORY:
        return Check("machine", "note", f"{detail}; little for training the models")
    return Check("machine", "ok", detail)
