"""What the visitor looks at: task, pair, explainer, K, class policy and margins, in the address.

Every picker is bound to the query by its key, so a link opened cold shows the same view. Labels
are ids, because the query holds the label.
"""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from trusteq_core.equivalence import Margins
from trusteq_core.figures import PALETTES
from trusteq_core.tasks import Task, get_task

__all__ = [
    "TEST",
    "Look",
    "Pair",
    "View",
    "chosen_palette",
    "default_view",
    "margins",
    "pair",
    "pick_margins",
    "pick_palette",
    "pick_view",
]

TEST = "test"
"""Name of the examples that are shown where a visitor has not picked others."""

MARGINS = {
    "accuracy": ("Accuracy", "Largest loss of accuracy, as a share: 0.02 is 2 points."),
    "overlap": ("Overlap", "Largest shortfall of Jaccard@K below its ceiling, per explainer."),
    "gap": ("Signed gap", "Largest difference of mean confidence less accuracy, either way."),
    "brier": ("Brier score", "Largest difference of the Brier scores (0-2), either way."),
    "profile": ("Profile distance", "Largest distance of the two calibration profiles."),
    "alpha": (
        "Error rate",
        "How often models whose difference is as large as a margin may be called equivalent. "
        "Intervals have the level 1 − 2 × this.",
    ),
}
LEAST, MOST = 0.001, 0.4

EXPLAINED_HELP = (
    "Attributions are towards one class. **reference**: the original's prediction, for both "
    "models (the default). **gold**: the example's label. **own**: each model's own prediction. "
    "Or a named class."
)


class Pair(NamedTuple):
    """The two models under comparison, and the name of the examples on which they are."""

    task_id: str
    original: str
    compressed: str
    split: str = TEST

    @property
    def task(self) -> Task:
        """The task of both models."""
        return get_task(self.task_id)

    @property
    def names(self) -> dict[str, str]:
        """What each side is called in figures: the model's id."""
        return {"original": self.original, "compressed": self.compressed}


class View(NamedTuple):
    """How attributions are looked at."""

    explainer: str
    k: int
    explained: str


class Look(NamedTuple):
    """How probabilities are looked at."""

    n_bins: int
    scheme: str
    event: str
    scaled: bool


def pair() -> Pair:
    """Return the pair that the frame has put into the session."""
    state = st.session_state
    return Pair(state["task"], state["original"], state["compressed"], state.get("_split", TEST))


def margins() -> Margins:
    """Return the margins that the frame has put into the session; defaults before it is drawn."""
    usual = Margins().to_dict()
    state = st.session_state
    return Margins(**{name: state.get(f"margin_{name}", usual[name]) for name in MARGINS})


def pick_margins() -> None:
    """Draw a number for each margin."""
    usual = Margins().to_dict()
    for (name, (title, text)), column in zip(MARGINS.items(), 2 * st.columns(3), strict=True):
        column.number_input(
            title,
            LEAST,
            MOST,
            usual[name],
            step=0.005,
            format="%.3f",
            key=f"margin_{name}",
            bind="query-params",
            help=text,
        )


def pick_palette() -> None:
    """Draw the picker of the colours of word maps, on the pages and in the report."""
    st.segmented_control(
        "Colours of the word maps",
        list(PALETTES),
        default=next(iter(PALETTES)),
        required=True,
        key="palette",
        bind="query-params",
        help="  \n".join(f"**{name}**: {each.title}" for name, each in PALETTES.items())
        + "  \nThe report is drawn in them too.",
    )


def chosen_palette() -> str:
    """Return the palette that the frame has put into the session; the first before it is drawn."""
    return st.session_state.get("palette") or next(iter(PALETTES))


def default_view(explainers: tuple[str, ...]) -> View:
    """Return the view of a page without pickers: what the visitor last picked elsewhere."""
    state = st.session_state
    first = explainers[0] if explainers else ""
    picked = state.get("explainer", first)
    return View(picked if picked in explainers else first, state.get("k", 5), "reference")


def pick_view(explainers: tuple[str, ...], task: Task) -> View:
    """Draw the pickers of explainer, K and explained class side by side, and return their values.

    Parameters
    ----------
    explainers : tuple of str
        Ids with stored attributions for both models; not empty.
    task : Task
        Its labels can be explained too.
    """
    left, middle, right = st.columns([1, 1, 1], vertical_alignment="bottom")
    with left:
        explainer = st.selectbox(
            "Explainer",
            explainers,
            key="explainer",
            bind="query-params",
            help="How the attributions were computed. The Method page says what each one does.",
        )
    with middle:
        k = st.slider(
            "Top words K",
            1,
            10,
            5,
            key="k",
            bind="query-params",
            help="Overlap compares the K words with the largest absolute attribution.",
        )
    with right:
        explained = st.selectbox(
            "Explained class",
            ("reference", "gold", "own", *task.labels),
            key="explained",
            bind="query-params",
            help=EXPLAINED_HELP,
        )
    return View(explainer, k, explained)
