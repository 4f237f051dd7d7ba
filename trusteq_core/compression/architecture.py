"""The model zoo of a task, in one table: what each model is and how it is made."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trusteq_core.errors import UnknownName

__all__ = ["ZOO", "ZooModel", "miniature", "select"]


@dataclass(frozen=True, slots=True)
class ZooModel:
    """One model of the zoo.

    Attributes
    ----------
    name, title : str
        Id in addresses and on the command line; name shown to a person.
    kind : str
        How it is made: ``trained``, ``distilled``, ``quantised``, ``pruned``, ``factorised`` or
        ``causal``.
    role : str
        ``original``, ``control`` (the original's architecture from another seed) or
        ``compressed``.
    layers, hidden, heads : int
        Shape of the encoder; the feed-forward layers are four times as wide as `hidden`.
    epochs : int
        Passes over the training examples; 0 where nothing is trained.
    pretraining : int
        Passes over their texts before that, filling in masked words.
    learning_rate : float
        Peak of the schedule.
    seed : int
        Decides the initial weights and the order of the examples.
    parent : str or None
        The model this one is made from.
    tokenizer : str
        ``wordpiece`` or ``bpe``.
    sparsity : float
        Share of the weights of the linear layers set to zero.
    rank : int
        Rank of the factorised linear layers; 0 where none is factorised.
    tasks : tuple of str or None
        The tasks that have it; None for all.
    """

    name: str
    title: str
    kind: str
    role: str
    layers: int
    hidden: int
    heads: int
    epochs: int
    pretraining: int = 0
    learning_rate: float = 1e-3
    seed: int = 0
    parent: str | None = None
    tokenizer: str = "wordpiece"
    sparsity: float = 0.0
    rank: int = 0
    tasks: tuple[str, ...] | None = None


_BASE = ZooModel(
    "base", "Base, 4 layers × 160", "trained", "original", 4, 160, 4, epochs=8, pretraining=2
)
_FROM_BASE = replace(
    _BASE, role="compressed", parent="base", epochs=1, pretraining=0, learning_rate=3e-4
)

# In order of building: a parent stands before the models made from it.
ZOO: tuple[ZooModel, ...] = (
    _BASE,
    replace(_BASE, name="base-b", title="Base, another training seed", role="control", seed=1),
    replace(
        _FROM_BASE,
        name="distil",
        title="Distilled, 2 layers × 160",
        kind="distilled",
        layers=2,
        epochs=3,
        pretraining=0,
        learning_rate=7e-4,
    ),
    ZooModel(
        "medium",
        "Medium, 3 layers × 128",
        "trained",
        "compressed",
        3,
        128,
        4,
        epochs=6,
        pretraining=1,
    ),
    ZooModel(
        "mini", "Mini, 2 layers × 96", "trained", "compressed", 2, 96, 3, epochs=6, pretraining=1
    ),
    ZooModel(
        "tiny", "Tiny, 2 layers × 48", "trained", "compressed", 2, 48, 2, epochs=6, pretraining=1
    ),
    replace(_FROM_BASE, name="int8", title="Base in int8", kind="quantised", epochs=0),
    replace(_FROM_BASE, name="pruned", title="Base, 60 % pruned", kind="pruned", sparsity=0.6),
    replace(_FROM_BASE, name="lowrank", title="Base, rank 40", kind="factorised", rank=40),
    ZooModel(
        "mini-bpe",
        "Mini with byte-level BPE",
        "trained",
        "compressed",
        2,
        96,
        3,
        epochs=6,
        pretraining=1,
        tokenizer="bpe",
    ),
    replace(
        _FROM_BASE,
        name="causal",
        title="Base made causal, 4 layers × 160",
        kind="causal",
        learning_rate=7e-4,
        tasks=("nli",),  # one is enough to show how such a model is compared
    ),
)


def select(names: list[str] | tuple[str, ...] | None = None) -> tuple[ZooModel, ...]:
    """Return the named models of the zoo in building order, or all of them.

    Raises
    ------
    UnknownName
        If the zoo has no model of a name.

    Examples
    --------
    >>> [model.name for model in select(["tiny", "base"])]
    ['base', 'tiny']
    """
    known = [model.name for model in ZOO]
    for name in names or ():
        if name not in known:
            raise UnknownName("model", name, known)
    return tuple(model for model in ZOO if names is None or model.name in names)


def miniature(model: ZooModel) -> ZooModel:
    """Return the same model at a size that trains in seconds, to try the code out."""
    return replace(
        model,
        title=f"{model.title} (miniature)",
        layers=min(model.layers, 2 if model.name != "distil" else 1),
        hidden=16 * model.heads,
        epochs=min(model.epochs, 1),
        pretraining=min(model.pretraining, 1),
        rank=min(model.rank, 8),
    )
