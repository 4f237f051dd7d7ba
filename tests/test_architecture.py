"""The arrows of docs/architecture.md, read off the imports themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from trusteq_core.cli.group import CommandLine

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "trusteq_core"
PRODUCT = sorted(
    path
    for folder in ("trusteq_core", "trusteq_app", "pages", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)
if (ROOT / "app.py").exists():
    PRODUCT.append(ROOT / "app.py")
PAGES = sorted((ROOT / "pages").glob("*.py"))

# What each part of the core may import, apart from itself and `errors`. A new package gets its
# line here and in docs/architecture.md.
ARROWS: dict[str, set[str]] = {
    "errors": set(),
    "tasks": set(),
    "corpus": {"tasks"},
    "models": {"tasks"},
    "compression": {"tasks", "corpus", "models"},
    "attribution": {"tasks", "models", "alignment"},
    "alignment": set(),
    "calibration": set(),
    "equivalence": set(),
    "store": {"tasks"},
    "evaluation": {
        "tasks",
        "corpus",
        "models",
        "attribution",
        "alignment",
        "calibration",
        "equivalence",
        "store",
    },
    "figures": {"tasks", "calibration", "alignment"},
    "report": {
        "tasks",
        "attribution",
        "calibration",
        "equivalence",
        "store",
        "evaluation",
        "figures",
    },
}
ARROWS["studies"] = set(ARROWS) - {"figures", "report"}
ARROWS["api"] = set(ARROWS) - {"corpus", "compression", "studies"}
ARROWS["cli"] = set(ARROWS)

HEAVY = {"torch", "transformers", "shap", "lime", "torchao"}
PICKLERS = {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
LOADERS = {"torch.load", "torch.jit.load"}
SWITCHES = {
    "allow_pickle",
    "trust_remote_code",
    "unsafe_allow_html",
    "unsafe_allow_javascript",
}
LONGEST_PAGE = 80


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the dotted name of every import, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                pytest.fail(f"{name_of(path)}:{node.lineno} has a relative import")
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def part_of(module: str) -> str | None:
    """Return the part of the core that a dotted name belongs to; the package itself is none."""
    package, _, rest = module.partition(".")
    part = rest.split(".")[0]
    return part if package == "trusteq_core" and part in ARROWS else None


def test_every_part_of_the_core_has_its_arrows_and_its_line_in_the_docs():
    parts = {path.name for path in CORE.iterdir() if any(path.glob("*.py"))}
    assert [part for part in sorted(parts) if not (CORE / part / "__init__.py").exists()] == []
    assert parts <= set(ARROWS)
    house = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [part for part in sorted(parts) if f"  {part}/" not in house] == []


def test_the_docs_name_every_command():
    house = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line for line in house.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert set(CommandLine.COMMANDS) <= named


def test_every_file_of_the_packages_that_is_no_module_ships_in_a_wheel():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = settings["tool"]["setuptools"]["package-data"]
    for package in ("trusteq_core", "trusteq_app"):
        folder = ROOT / package
        files = {
            path
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
        }
        assert files
        assert files <= {path for pattern in shipped[package] for path in folder.glob(pattern)}


def test_arrows_point_one_way():
    TopologicalSorter(ARROWS).prepare()  # raises CycleError where two parts need each other


@pytest.mark.parametrize("part", sorted(ARROWS))
def test_a_part_imports_only_what_lies_beneath_it(part: str):
    files = [CORE / f"{part}.py"] if part == "errors" else sorted((CORE / part).rglob("*.py"))
    against = [
        f"{name_of(path)} imports {module}"
        for path in files
        for module in imported_modules(path)
        if part_of(module) not in {None, part, "errors", *ARROWS[part]}
    ]
    assert against == []


def test_only_the_application_imports_streamlit():
    may = (ROOT / "trusteq_app", ROOT / "pages", ROOT / "app.py")
    against = [
        name_of(path)
        for path in PRODUCT
        if not any(path == place or place in path.parents for place in may)
        and any(module.split(".")[0] == "streamlit" for module in imported_modules(path))
    ]
    assert against == []


def test_the_core_imports_nothing_of_the_application():
    against = [
        name_of(path)
        for path in CORE.rglob("*.py")
        if any(
            module.split(".")[0] in {"trusteq_app", "pages"} for module in imported_modules(path)
        )
    ]
    assert against == []


def test_only_the_store_and_the_readers_of_users_files_touch_parquet():
    readers = {
        CORE / "evaluation" / "prediction_files.py",
        CORE / "tasks" / "readers" / "parquet_file.py",
    }
    against = [
        name_of(path)
        for path in PRODUCT
        if CORE / "store" not in path.parents
        and path not in readers
        and (
            any(module.split(".")[0] == "pyarrow" for module in imported_modules(path))
            or {"read_parquet", "to_parquet"} & attributes(path)
        )
    ]
    assert against == []


def attributes(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_there_are_pages_to_check():
    assert PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_a_short_flat_script(page: Path):
    source = page.read_text(encoding="utf-8")
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    assert [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, defined)] == []
    assert len(source.splitlines()) <= LONGEST_PAGE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_no_arithmetic(page: Path):
    assert list(arithmetic(page.read_text(encoding="utf-8"))) == []


def arithmetic(source: str) -> Iterator[str]:
    """Yield every calculation of a script; `not` is none."""
    for node in ast.walk(ast.parse(source)):
        signed = isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not)
        if signed or isinstance(node, ast.BinOp | ast.AugAssign):
            yield ast.unparse(node)


def test_arithmetic_is_seen():
    """The check above can fail: it finds each of these."""
    source = "a = b + 1\nc *= 2\nd = -e\nf = not g\n"
    assert sorted(arithmetic(source)) == ["-e", "b + 1", "c *= 2"]


def unsafe_uses(path: Path) -> Iterator[str]:
    """Yield what could run code out of a file, or let text through as HTML."""
    yield from (name for name in imported_modules(path) if name.split(".")[0] in PICKLERS)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in LOADERS:
            yield ast.unparse(node)
        if isinstance(node, ast.keyword) and node.arg in SWITCHES:
            value = ast.unparse(node.value)
            if value != "False":
                yield f"{node.arg}={value}"


def test_nothing_runs_code_from_files_or_passes_raw_html():
    against = [f"{name_of(path)}: {use}" for path in PRODUCT for use in unsafe_uses(path)]
    assert against == []


def test_unsafe_uses_are_seen(tmp_path: Path):
    """The check above can fail: it finds each of these."""
    script = tmp_path / "script.py"
    script.write_text(
        "import pickle\nimport torch\ntorch.load('f')\n"
        "st.markdown('x', unsafe_allow_html=True)\nload(trust_remote_code=False)\n"
    )
    assert list(unsafe_uses(script)) == ["pickle", "torch.load", "unsafe_allow_html=True"]


@pytest.mark.parametrize(
    "module",
    [
        "trusteq_core",
        "trusteq_core.api",
        "trusteq_core.attribution",
        "trusteq_core.cli.compare",
        "trusteq_core.cli.gate",
        "trusteq_core.corpus",
        "trusteq_core.evaluation",
        "trusteq_core.evaluation.evaluations",
        "trusteq_core.evaluation.prediction_comparison",
        "trusteq_core.figures",
        "trusteq_core.models",
        "trusteq_core.report",
        "trusteq_core.store",
    ],
)
def test_reading_results_imports_no_heavy_library(module: str):
    """In a fresh interpreter: the libraries that compute are imported by what computes."""
    code = f"import sys, {module}; print(*sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []
