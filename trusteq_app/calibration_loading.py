"""Everything the Calibration page reads, cached as in `loading`."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from trusteq_app.loading import MOST_PAIRS, MOST_VIEWS, comparison, version
from trusteq_app.selection import Look, Pair
from trusteq_core.evaluation import calibration_frames as frames
from trusteq_core.evaluation import calibration_pair as pairs
from trusteq_core.evaluation import scaling as scalings
from trusteq_core.evaluation.calibrated import calibration_table

__all__ = [
    "bin_counts",
    "bin_members",
    "bins",
    "corp",
    "explained_ids",
    "measures",
    "profile",
    "scaling",
]


def scaling(pair: Pair) -> scalings.Scaling:
    """Return how much of the gap between the models one temperature each removes."""
    return _scaling(pair, version(pair))


def bins(pair: Pair, look: Look) -> pd.DataFrame:
    """Return the bins of both models, with consistency bands and true accuracies."""
    return _bins(pair, look, version(pair))


def corp(pair: Pair, look: Look) -> pd.DataFrame:
    """Return the isotonic reliability curves."""
    return _corp(pair, look.event, look.scaled, version(pair))


def profile(pair: Pair, look: Look, level: float) -> pd.DataFrame:
    """Return the difference of the calibration profiles, with a band of this level."""
    return _profile(pair, look.event, look.scaled, level, version(pair))


def bin_counts(pair: Pair, look: Look) -> pd.DataFrame:
    """Return the ECE against the number of bins."""
    return _bin_counts(pair, look.scheme, look.event, look.scaled, version(pair))


def measures(pair: Pair, look: Look) -> pd.DataFrame:
    """Return the calibration measures of what is looked at, one row a measure."""
    return _measures(pair, look, version(pair))


def bin_members(pair: Pair, look: Look, side: str, number: int) -> pd.DataFrame:
    """Return the examples of one bin of one model, the largest difference first."""
    found = _calibration_pair(pair, look.scaled, version(pair))
    return found.members(side, number, n_bins=look.n_bins, scheme=look.scheme, event=look.event)


def explained_ids(pair: Pair, explainer: str) -> frozenset[str]:
    """Return the ids of the examples that an explainer has explained for both models."""
    found = comparison(pair)
    known = explainer in found.explainers
    return frozenset(found.explained(explainer).original.ids if known else ())


@st.cache_resource(max_entries=MOST_PAIRS, show_spinner=False)
def _calibration_pair(
    pair: Pair,
    scaled: bool,
    version: str,  # noqa: ARG001  part of the key
) -> pairs.CalibrationPair:
    return pairs.CalibrationPair.of(comparison(pair), scaled=scaled)


@st.cache_resource(max_entries=MOST_PAIRS, show_spinner=False)
def _scaling(pair: Pair, version: str) -> scalings.Scaling:  # noqa: ARG001  part of the key
    return scalings.scaling(comparison(pair))


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _bins(pair: Pair, look: Look, version: str) -> pd.DataFrame:
    found = _calibration_pair(pair, look.scaled, version)
    return frames.bins_frame(found, n_bins=look.n_bins, scheme=look.scheme, event=look.event)


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _corp(pair: Pair, event: str, scaled: bool, version: str) -> pd.DataFrame:
    return frames.corp_frame(_calibration_pair(pair, scaled, version), event=event)


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _profile(pair: Pair, event: str, scaled: bool, level: float, version: str) -> pd.DataFrame:
    found = _calibration_pair(pair, scaled, version)
    return frames.profile_frame(found, event=event, level=level)


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _bin_counts(pair: Pair, scheme: str, event: str, scaled: bool, version: str) -> pd.DataFrame:
    found = _calibration_pair(pair, scaled, version)
    return frames.counts_frame(found, scheme=scheme, event=event)


@st.cache_data(max_entries=MOST_VIEWS, show_spinner=False)
def _measures(pair: Pair, look: Look, version: str) -> pd.DataFrame:
    found = _calibration_pair(pair, look.scaled, version)
    if look.event != pairs.PREDICTED:
        return frames.event_table(found, n_bins=look.n_bins, scheme=look.scheme, event=look.event)
    a, b = (found.probabilities[side] for side in pairs.SIDES)
    return calibration_table(
        a, b, found.gold, truth=found.truth, n_bins=look.n_bins, scheme=look.scheme
    )
