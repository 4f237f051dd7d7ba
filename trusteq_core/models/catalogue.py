"""The models at hand, and where one lies: readable without torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trusteq_core.errors import ModelError, UnknownName
from trusteq_core.models.checkpoint import ONNX_FILE, read_json
from trusteq_core.tasks import Task, get_task

if TYPE_CHECKING:
    pass

__all__ = ["MODELS_DIR", "ModelCard", "catalogue", "find_model", "locate_model"]

MODELS_DIR = Path(__file__).resolve().parents[2] / "precomputed" / "models"

# Organisation and model, and optionally a branch, tag or commit: "org/model@revision".
_HUB_ID = re.compile(r"(?P<repo>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?:@(?P<revision>[\w./-]+))?")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the catalogue knows about a model, from the ``card.json`` in its folder.

    Attributes
    ----------
    name, title : str
        Id on the command line and in addresses; name shown to a person.
    kind : str
        How it was made: ``trained``, ``distilled``, ``quantised``, ``pruned``, ``factorised``.
    role : str
        ``original``, ``control`` or ``compressed``.
    path : Path
        The model's folder.
    parent : str or None
        The model it was made from.
    order : int
        Place in listings, ascending.
    layers, hidden : int
        Shape of the encoder.
    parameters : int
        Number of weights, zeros included.
    bytes : int
        Size of the weights in the form in which they are stored or, for a quantised model, held.
    """

    name: str
    title: str
    kind: str
    role: str
    path: Path
    parent: str | None = None
    order: int = 0
    layers: int = 0
    hidden: int = 0
    parameters: int = 0
    bytes: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the card as it stands in ``card.json``; where the folder lies is left out."""
        return {key: value for key, value in asdict(self).items() if key != "path"}

    @classmethod
    def from_json(cls, content: Mapping[str, Any], path: Path) -> ModelCard:
        """Return the card in the content of a ``card.json``; what else stands there is left out.

        Raises
        ------
        ModelError
            If something is missing.
        """
        known = {field.name for field in fields(cls)} - {"path"}
        try:
            return cls(path=path, **{key: value for key, value in content.items() if key in known})
        except TypeError as error:
            raise ModelError(
                f'"{path / "card.json"}" is incomplete: {error}. Build the model again.'
            ) from None


def catalogue(task_id: str, models_dir: Path | str | None = None) -> list[ModelCard]:
    """Return the cards of a task's models, the original first.

    Parameters
    ----------
    task_id : str
        Id of the task.
    models_dir : path, optional
        Folder with one folder a task; the models that come with TrustEQ by default.

    Raises
    ------
    UnknownName
        If there is no such task.
    ModelError
        If a card cannot be read.
    """
    task = get_task(task_id)
    root = Path(models_dir) if models_dir is not None else MODELS_DIR
    cards = [_read_card(path) for path in sorted((root / task.id).glob("[!.]*/card.json"))]
    return sorted(cards, key=lambda card: (card.order, card.name))


def find_model(task_id: str, name: str, models_dir: Path | str | None = None) -> ModelCard:
    """Return the card of a model of the catalogue.

    Raises
    ------
    UnknownName
        If the task has no model of this name; the message lists those it has.
    """
    cards = catalogue(task_id, models_dir)
    for card in cards:
        if card.name == name:
            return card
    raise UnknownName(f"{task_id} model", name, [card.name for card in cards])


def locate_model(
    task: Task, name_or_path: str | Path, models_dir: Path | str | None
) -> tuple[str, Path]:
    """Return the short id and the folder of a model, named as `load_model` takes it."""
    text = str(name_or_path)
    cards = {card.name: card for card in catalogue(task.id, models_dir)}
    if text in cards:
        return text, cards[text].path
    folder = Path(text).expanduser()
    if folder.is_dir():
        return folder.resolve().name, folder.resolve()
    if folder.suffix == ".onnx" and folder.is_file():
        plain = folder.resolve()
        return plain.parent.name + f"-{plain.stem}" * (plain.name != ONNX_FILE), plain
    if folder.exists():
        raise ModelError(
            f'"{text}" is a file. Give the folder that save_pretrained() wrote, or an ONNX file.'
        )
    hub = _HUB_ID.fullmatch(text)
    if hub is not None:
        from trusteq_core.models.hub import download

        return hub["repo"], download(hub["repo"], hub["revision"])
    if "/" in text or "\\" in text:
        raise ModelError(
            f'There is no folder "{text}". Give a folder that exists, a hub id such as '
            f'"org/model@revision", or a model of the catalogue: {", ".join(cards) or "none"}.'
        )
    raise UnknownName(f"{task.id} model", text, cards)


def _read_card(path: Path) -> ModelCard:
    return ModelCard.from_json(read_json(path), path.parent)
