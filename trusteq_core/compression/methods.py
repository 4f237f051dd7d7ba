"""The ways to compress a classifier, in one table: what each changes, and by how much."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first

from trusteq_core.compression.lowrank import factorise_  # isort: skip
from trusteq_core.compression.prune import prune_
from trusteq_core.errors import DataError, ModelError, UnknownName
from trusteq_core.models.recipes import encoder_linears, quantise_

import torch  # isort: skip
from transformers import AutoModelForSequenceClassification, PreTrainedModel  # isort: skip

__all__ = ["COMPRESSIONS", "Compression", "drop_layers", "get_compression", "parse_compression"]

_NUMBER = re.compile(r"(?P<before>[._]layers?\.)(?P<layer>\d+)(?=\.)")


@dataclass(frozen=True, slots=True)
class Compression:
    """One way to compress a classifier.

    Attributes
    ----------
    id : str
        Name on the command line and in recipes.
    kind : str
        What the catalogue calls its result.
    title : str
        Name shown to a person, with a place for the amount.
    amount : str
        What its amount is: a field of `Recipe`; empty where there is none.
    default : callable
        ``default(model)``: the amount where none is given.
    bounds : callable
        ``bounds(model)``: the least amount and the largest.
    change : callable
        ``change(model, amount)``: the compressed model; `model` may be changed.
    trainable : bool
        Whether its result can be trained.
    exports : bool
        Whether its result is an ONNX file.
    """

    id: str
    kind: str
    title: str
    amount: str
    default: Callable[[PreTrainedModel], float]
    bounds: Callable[[PreTrainedModel], tuple[float, float]]
    change: Callable[[PreTrainedModel, float], PreTrainedModel]
    trainable: bool = True
    exports: bool = False

    def check(self, model: PreTrainedModel, amount: float | None) -> float:
        """Return the amount to use.

        Raises
        ------
        ModelError
            If the model has nothing that this method acts on.
        DataError
            If the amount is out of bounds.
        """
        if not encoder_linears(model):
            raise ModelError(
                f"A {model.config.model_type} model has no linear layers in numbered blocks, which "
                f"is what {self.id} acts on. Compress an encoder such as BERT or RoBERTa."
            )
        if not self.amount:
            if amount is not None:
                raise DataError(f"Method {self.id} has no amount to choose, got {amount:g}.")
            return 0.0
        low, high = self.bounds(model)
        chosen = self.default(model) if amount is None else amount
        whole = self.amount != "sparsity"
        if not low <= chosen <= high or (whole and chosen != int(chosen)):
            what = "a whole number" if whole else "a share"
            raise DataError(
                f"The {self.amount} of method {self.id} is {what} from {low:g} to {high:g} for "
                f"this model, got {chosen:g}."
            )
        return int(chosen) if whole else chosen


def _quantised(model: PreTrainedModel, _amount: float) -> PreTrainedModel:
    quantise_(model)
    return model


def _pruned(model: PreTrainedModel, amount: float) -> PreTrainedModel:
    prune_(model, amount)
    return model


def _factorised(model: PreTrainedModel, amount: float) -> PreTrainedModel:
    factorise_(model, int(amount))
    return model


def drop_layers(model: PreTrainedModel, amount: float) -> PreTrainedModel:
    """Return a shallower model of the evenly spaced layers of `model`, the first among them.

    With half the layers these are the first, third, ... layer, as DistilBERT starts from its
    teacher (arXiv:1910.01108). Everything outside the layers is copied as it is.

    Parameters
    ----------
    model : PreTrainedModel
        A classifier with numbered layers, or one that repeats a single layer.
    amount : int
        How many layers to keep.
    """
    kept = [place * model.config.num_hidden_layers // int(amount) for place in range(int(amount))]
    config = copy.deepcopy(model.config)
    config.num_hidden_layers = len(kept)
    if getattr(config, "layer_types", None):
        config.layer_types = [model.config.layer_types[layer] for layer in kept]
    weights = model.state_dict()
    numbers = {int(found["layer"]) for name in weights if (found := _NUMBER.search(name))}
    if len(numbers) < model.config.num_hidden_layers:
        kept = [*numbers]  # one layer's weights, shared by all
    shallow = AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for name, weight in shallow.state_dict().items():
            source = _NUMBER.sub(lambda m: f"{m['before']}{kept[int(m['layer'])]}", name)
            weight.copy_(weights[source])
    return shallow.to(model.device)


COMPRESSIONS: dict[str, Compression] = {
    method.id: method
    for method in (
        Compression(
            id="int8",
            kind="quantised",
            title="in int8",
            amount="",
            default=lambda _: 0.0,
            bounds=lambda _: (0.0, 0.0),
            change=_quantised,
            trainable=False,
        ),
        Compression(
            id="prune",
            kind="pruned",
            title="{:.0%} pruned",
            amount="sparsity",
            default=lambda _: 0.5,
            bounds=lambda _: (0.01, 0.99),
            change=_pruned,
        ),
        Compression(
            id="lowrank",
            kind="factorised",
            title="rank {}",
            amount="rank",
            default=lambda model: math.ceil(model.config.hidden_size / 4),
            bounds=lambda model: (1, model.config.hidden_size),
            change=_factorised,
        ),
        Compression(
            id="drop-layers",
            kind="shortened",
            title="{} layers",
            amount="layers",
            default=lambda model: math.ceil(model.config.num_hidden_layers / 2),
            bounds=lambda model: (1, model.config.num_hidden_layers - 1),
            change=drop_layers,
        ),
    )
}


COMPRESSIONS |= {
    name: replace(
        COMPRESSIONS["int8"],
        id=name,
        kind=kind,
        title=title,
        change=lambda model, _: model,
        exports=True,
    )
    for name, kind, title in (
        ("onnx", "exported", "as ONNX"),
        ("onnx-int8", "quantised", "as ONNX in int8"),
    )
}


def get_compression(name: str) -> Compression:
    """Return the method of this name.

    Raises
    ------
    UnknownName
        If there is none; the message lists the valid ones.
    """
    if name not in COMPRESSIONS:
        raise UnknownName("compression method", name, COMPRESSIONS)
    return COMPRESSIONS[name]


def parse_compression(text: str) -> tuple[Compression, float | None]:
    """Return the method and the amount of a text such as ``prune:0.5`` or ``int8``.

    Examples
    --------
    >>> method, amount = parse_compression("lowrank:96")
    >>> method.id, amount
    ('lowrank', 96.0)
    """
    name, colon, amount = text.strip().partition(":")
    method = get_compression(name)
    try:
        return method, float(amount) if colon else None
    except ValueError:
        raise DataError(f'"{text}" has no number behind its colon. Write prune:0.5.') from None
