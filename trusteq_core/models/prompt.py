"""What a causal language model is asked, and the words that stand for the labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from trusteq_core.errors import ModelError
from trusteq_core.models.checkpoint import read_json
from trusteq_core.tasks import Task

__all__ = ["EMPTY", "PROMPTS", "PROMPT_FILE", "Prompt", "read_prompt"]

PROMPT_FILE = "prompt.json"
EMPTY = "N/A"
"""What every segment is where a prompt asks about nothing."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question about the segments of an example, and a word for each label as the answer.

    Attributes
    ----------
    template : str
        Text with each segment's name in braces once: ``"{premise} ... {hypothesis} ..."``. It ends
        where the answer begins; a space is put between the two.
    words : mapping of str
        The answer that stands for each label of the task.
    calibrate : bool
        Divide the probability of each answer by the one it has when the segments say nothing
        (`EMPTY`), before they are normalised.

    References
    ----------
    Zhao et al., "Calibrate before use: improving few-shot performance of language models",
    arXiv:2102.09690.

    Examples
    --------
    >>> prompt = Prompt("{sentence1} = {sentence2}?", {"different": "no", "paraphrase": "yes"})
    >>> prompt.render(("a", "b"))
    ('a = b?', (0, 4))
    """

    template: str
    words: Mapping[str, str]
    calibrate: bool = False

    def render(self, segments: Sequence[str]) -> tuple[str, tuple[int, ...]]:
        """Return the question about some texts, and where each of them begins in it."""
        text, starts = "", []
        for literal, name, _, _ in Formatter().parse(self.template):
            text += literal
            if name is not None:
                starts.append(len(text))
                text += segments[len(starts) - 1]
        return text, tuple(starts)

    def check(self, task: Task) -> Prompt:
        """Return the prompt with its words in the order of the task's labels.

        Raises
        ------
        ModelError
            If the template does not name each segment once and in order, or the words are not one
            for each label, all different.
        """
        try:
            fields = [field for _, field, _, _ in Formatter().parse(self.template)]
        except ValueError as error:
            raise ModelError(f"The template {self.template!r} cannot be read: {error}.") from None
        if tuple(field for field in fields if field is not None) != task.segments:
            wanted = " ... ".join(f"{{{name}}}" for name in task.segments)
            raise ModelError(
                f'The template {self.template!r} must name each segment of task "{task.id}" '
                f"once, in this order: {wanted}."
            )
        words = {label: str(self.words.get(label, "")).strip() for label in task.labels}
        if set(self.words) != set(task.labels) or len(set(words.values()) - {""}) != len(words):
            raise ModelError(
                f"The label words {dict(self.words)!r} must be a word of its own for each label of "
                f'task "{task.id}": {", ".join(task.labels)}.'
            )
        return Prompt(self.template.rstrip(), words, self.calibrate)

    def to_json(self) -> dict[str, Any]:
        """Return the prompt as it stands in a model folder."""
        return {
            "template": self.template,
            "words": dict(self.words),
            "calibrate": self.calibrate,
        }


PROMPTS: dict[str, Prompt] = {
    "nli": Prompt(
        "Premise: {premise}\nHypothesis: {hypothesis}\n"
        "Does the premise entail the hypothesis? Answer yes, maybe or no.\nAnswer:",
        {"entailment": "yes", "neutral": "maybe", "contradiction": "no"},
    ),
    "paraphrase": Prompt(
        "Sentence 1: {sentence1}\nSentence 2: {sentence2}\n"
        "Do the two sentences mean the same? Answer yes or no.\nAnswer:",
        {"different": "no", "paraphrase": "yes"},
    ),
}
"""The prompts for models that bring none of their own."""


def read_prompt(folder: Path, task: Task) -> Prompt:
    """Return the prompt in a model folder, or the usual one of the task.

    Raises
    ------
    ModelError
        If the folder's prompt is damaged or does not fit the task, or there is none for the task.
    """
    path = folder if folder.is_file() else folder / PROMPT_FILE
    if path.is_file():
        content = read_json(path)
        template, words = content.get("template"), content.get("words")
        if not isinstance(template, str) or not isinstance(words, dict):
            raise ModelError(
                f'"{path}" needs "template", a text, and "words", a word for each label.'
            )
        return Prompt(template, words, bool(content.get("calibrate", False))).check(task)
    if task.id not in PROMPTS:
        raise ModelError(
            f'A causal language model needs a prompt for task "{task.id}". Put a {PROMPT_FILE} '
            'with "template" and "words" into its folder.'
        )
    return PROMPTS[task.id].check(task)
