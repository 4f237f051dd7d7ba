"""Models of the Hugging Face hub: fetched by its own client, checked, and every refusal named.

Address, token, cache folder and offline mode are the client's own: ``HF_ENDPOINT``, ``HF_TOKEN``,
``HF_HOME``, ``HF_HUB_OFFLINE``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from trusteq_core.errors import ModelError

__all__ = ["download"]

# Weights in other formats are never downloaded, and code neither.
_SAFE_FILES = ("*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model")


def download(repo: str, revision: str | None = None) -> Path:
    """Return the folder with the safe files of a hub model, fetching those that are not there.

    Parameters
    ----------
    repo : str
        Organisation and name.
    revision : str, optional
        A branch, tag or commit; a commit always means the same files.

    Raises
    ------
    ModelError
        If there is no such model or revision, access is refused, the hub cannot be reached, or a
        file is not what the hub says it is.
    """
    from huggingface_hub import is_offline_mode, snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        folder = snapshot_download(repo, revision=revision, allow_patterns=list(_SAFE_FILES))
    except GatedRepoError as error:
        raise ModelError(
            f'The hub gives "{repo}" only to those who accepted its terms. Accept them on its '
            'page, then log in here with "hf auth login".'
        ) from error
    except RevisionNotFoundError as error:
        raise ModelError(
            f'"{repo}" has no revision "{revision}". Give a branch, a tag or a commit of it.'
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f'"{repo}" is neither a folder here nor to be had from the hub: there is no such '
            'model, or it is private. Check its name; for a private one, "hf auth login".'
        ) from error
    except LocalEntryNotFoundError as error:
        offline = "HF_HUB_OFFLINE is set" if is_offline_mode() else "the hub cannot be reached"
        raise ModelError(
            f'"{repo}" is neither a folder here nor to be had from the hub: it was not fetched '
            f"before, and {offline}. Fetch it where there is a network, or give a folder."
        ) from error
    except (OSError, ValueError, HfHubHTTPError) as error:
        said = str(error).strip() or type(error).__name__
        raise ModelError(
            f'"{repo}" is neither a folder here nor to be had from the hub: {said.splitlines()[0]}'
        ) from error
    for path in sorted(Path(folder).rglob("*")):
        _check(path, repo)
    return Path(folder)


def _check(path: Path, repo: str) -> None:
    """Raise `ModelError` if a file of the cache is not the one that the hub named.

    The cache keeps a file under the hash that the hub gives it: SHA-256 for a large file, that of
    git for a small one. Where the cache holds plain copies there is no hash to compare with.
    """
    if not path.is_symlink():
        return
    stored = path.resolve()
    expected = stored.name
    if len(expected) == 64:
        with stored.open("rb") as stream:
            actual = hashlib.file_digest(stream, "sha256").hexdigest()
    elif len(expected) == 40:
        content = stored.read_bytes()
        actual = hashlib.sha1(  # noqa: S324  git's own name for a file
            b"blob %d\0" % len(content) + content
        ).hexdigest()
    else:
        return
    if actual != expected:
        raise ModelError(
            f'"{path.name}" of "{repo}" was damaged on its way or on this disk. Delete {stored} '
            "and load the model again."
        )
