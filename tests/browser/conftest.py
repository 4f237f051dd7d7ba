"""A real Chromium against a running server over the miniature store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import browsing
import pytest


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Return a running Chromium; skip where there is none."""
    if not browsing.CHROMIUM.is_file():
        pytest.skip(
            f"no Chromium at {browsing.CHROMIUM}; apt-get install -y chromium, or set CHROMIUM"
        )
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of real models: the shipped ones, else miniatures trained now."""
    shipped = browsing.ROOT / "precomputed" / "models"
    if all((shipped / "nli" / name / "card.json").is_file() for name in ("base", "tiny")):
        return shipped
    from trusteq_core.compression import build_zoo

    folder = tmp_path_factory.mktemp("models")
    build_zoo("nli", folder, smoke=True, models=["base", "tiny"])
    return folder


@pytest.fixture(scope="session")
def server(
    miniature_store: Path, models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return the address of a dashboard over the miniature store."""
    with serving(miniature_store, models_dir, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def fresh_server(miniature_store: Path, tmp_path: Path) -> Iterator[str]:
    """Return the address of a dashboard that nobody has visited yet."""
    with serving(miniature_store, tmp_path / "no models", tmp_path) as address:
        yield address


def serving(store: Path, models: Path, folder: Path):
    """Serve the dashboard over a store and nothing else, its log in `folder`."""
    return browsing.dashboard(
        folder,
        TRUSTEQ_STORE=str(store),
        TRUSTEQ_PRECOMPUTED=str(folder / "nothing"),
        TRUSTEQ_MODELS=str(models),
    )


@pytest.fixture
def page(chromium) -> Iterator[object]:
    """Return a fresh browser page, a session of its own, in which no script fails."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(browsing.PATIENCE_MS)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    errors += page.locator('[data-testid="stException"]').all_inner_texts()
    context.close()
    assert errors == []
