"""Any function of texts as a classifier: a remote service, another library, a rule."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trusteq_core.errors import DataError, ModelError
from trusteq_core.models.adapters import ADAPTERS, Adapter
from trusteq_core.models.labels import output_order
from trusteq_core.tasks import Task, get_task, word_grid

__all__ = ["FunctionClassifier", "function_file", "load_function"]

_FILE = re.compile(r"(?P<file>.+\.py):(?P<name>[A-Za-z_]\w*)")
_SUM_TOLERANCE = 1e-3  # what half precision leaves of a sum of one


class FunctionClassifier:
    """A function ``f(examples) -> (n, K)`` that satisfies the `Classifier` protocol.

    Parameters
    ----------
    function : callable
        Gets a list of texts, or of tuples of texts where the task has several segments; returns
        one row of probabilities for each.
    task : Task or str
        The task, or its id.
    labels : sequence of str
        What each column of the result means, in its order.
    name : str
        Short id: results are stored and compared under it.
    version : str
        Changes whenever the answers may change. A function has no weights to hash, so the
        fingerprint is a hash of `name`, `version` and `labels`: under the same version, stored
        results are used again without asking.
    mask_token : str, optional
        What stands for a masked word, where the model behind the function knows such a token.
    batching : bool
        Whether the function may be asked about several examples at once; else about one at a time.

    Raises
    ------
    ModelError
        If the labels are not those of the task, or name or version is empty.

    Examples
    --------
    >>> def length(pairs):
    ...     share = np.array([min(1.0, len(" ".join(pair)) / 40) for pair in pairs])
    ...     return np.column_stack([share, 1 - share])
    >>> model = FunctionClassifier(
    ...     length, "paraphrase", labels=("paraphrase", "different"), name="length", version="1"
    ... )
    >>> model.predict([("a dog sleeps", "a cat")]).round(2)
    array([[0.55, 0.45]])
    """

    def __init__(
        self,
        function: Callable[[list[Any]], Any],
        task: Task | str,
        *,
        labels: Sequence[str],
        name: str,
        version: str,
        mask_token: str | None = None,
        batching: bool = True,
    ) -> None:
        if not name or not str(version):
            raise ModelError(
                "A function needs a name and a version: its results are stored under them. Change "
                "the version whenever its answers may change."
            )
        self.task = get_task(task) if isinstance(task, str) else task
        self._order = output_order(dict(enumerate(labels)), self.task)
        self._function, self._name, self._batching = function, name, batching
        self._mask_token = mask_token
        facts = ["function", name, str(version), self.task.id, *map(str, self._order)]
        self._fingerprint = hashlib.blake2b("\x1f".join(facts).encode(), digest_size=12).hexdigest()

    @property
    def name(self) -> str:
        """Short id."""
        return self._name

    @property
    def labels(self) -> tuple[str, ...]:
        """The task's labels, in the order of the columns of `predict`."""
        return self.task.labels

    @property
    def fingerprint(self) -> str:
        """Hash of name, version and label order: what the function computes cannot be seen."""
        return self._fingerprint

    @property
    def mask_token(self) -> str | None:
        """What stands for a masked word, where one was given."""
        return self._mask_token

    @property
    def adapter(self) -> Adapter:
        """How the model is called."""
        return ADAPTERS["function"]

    def predict(self, examples: Sequence[tuple[str, ...]]) -> np.ndarray:
        """Return probabilities, float64 of shape (n, K), rows summing to one.

        Raises
        ------
        DataError
            If an example has another number of segments than the task, or one that is no text.
        ModelError
            If the function fails, or its result has another shape, is not finite, or holds no
            probabilities.
        """
        if len(examples) == 0:
            return np.empty((0, len(self.labels)))
        for segments in examples:
            self.task.check_segments(tuple(segments))
            if not all(isinstance(text, str) for text in segments):
                raise DataError(f"Every segment must be text, got {segments!r}.")
        single = len(self.task.segments) == 1
        given = [texts[0] if single else tuple(texts) for texts in examples]
        size = len(given) if self._batching else 1
        parts = [self._call(given[start : start + size]) for start in range(0, len(given), size)]
        return np.concatenate(parts)[:, self._order]

    def visible_words(self, segments: tuple[str, ...]) -> np.ndarray:
        """Return that every word counts as read: a function does not say which it leaves out."""
        return np.ones(len(word_grid(segments)), dtype=bool)

    def _call(self, given: list[Any]) -> np.ndarray:
        """Ask the function about some examples and check what it says."""
        try:
            found = self._function(given)
        except Exception as error:
            raise ModelError(
                f'Function "{self.name}" failed on {len(given)} example(s): '
                f"{type(error).__name__}: {error}"
            ) from error
        shape = (len(given), len(self.labels))
        try:
            rows = np.asarray(found, dtype=float)
        except (TypeError, ValueError) as error:
            raise ModelError(
                f'Function "{self.name}" returned no table of numbers ({error}). Return one row '
                f"of {shape[1]} probabilities for each example."
            ) from None
        if rows.shape != shape:
            raise ModelError(
                f'Function "{self.name}" returned shape {rows.shape} for {shape[0]} example(s) and '
                f"{shape[1]} labels. Return shape {shape}: one row an example, one column a label."
            )
        if not np.isfinite(rows).all():
            where = int(np.flatnonzero(~np.isfinite(rows).all(axis=1))[0])
            raise ModelError(
                f'Function "{self.name}" returned NaN or infinity, first for example {where} of '
                f"{len(given)}: {given[where]!r}. Every probability must be a number."
            )
        sums = rows.sum(axis=1)
        if rows.min() < -_SUM_TOLERANCE or np.abs(sums - 1).max() > _SUM_TOLERANCE:
            where = int(np.abs(sums - 1).argmax())
            raise ModelError(
                f'Function "{self.name}" returned no probabilities: a row sums to '
                f"{sums[where]:.6g}, the least value is {rows.min():.6g}. Return values in 0..1 "
                "that sum to 1; apply softmax to logits."
            )
        rows = rows.clip(0.0)
        return rows / rows.sum(axis=1, keepdims=True)


def function_file(text: str) -> tuple[Path, str] | None:
    """Return file and function of ``FILE.py:NAME``, or None where the text is no such thing."""
    found = _FILE.fullmatch(text)
    return (Path(found["file"]).expanduser(), found["name"]) if found else None


def load_function(
    path: Path, name: str, task: Task, *, called: str | None = None
) -> FunctionClassifier:
    """Run a Python file of the user's own and return its function as a classifier.

    The file says what the columns mean and which version it is: ``LABELS = (...)`` and
    ``VERSION = "..."``. The bytes of the file count towards the version too; what it reads or asks
    when it runs does not, which is what `VERSION` is for.

    Raises
    ------
    ModelError
        If the file is missing or fails, or lacks the function, ``LABELS`` or ``VERSION``.
    """
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ModelError(f'There is no file "{path}" with a function "{name}".')
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ModelError(f'"{path}" fails as it is run: {type(error).__name__}: {error}') from error
    missing = [what for what in (name, "LABELS", "VERSION") if not hasattr(module, what)]
    if missing:
        raise ModelError(
            f'"{path}" does not define {", ".join(missing)}. It needs {name}(examples), '
            f"LABELS = {task.labels!r} in the order of its columns, and VERSION, a text that "
            "changes whenever its answers may change."
        )
    content = hashlib.blake2b(path.read_bytes(), digest_size=12).hexdigest()
    return FunctionClassifier(
        getattr(module, name),
        task,
        labels=module.LABELS,
        name=called or name,
        version=f"{module.VERSION}\x1f{content}",
        mask_token=getattr(module, "MASK_TOKEN", None),
        batching=bool(getattr(module, "BATCHING", True)),
    )
