"""Consistency bands: where a calibrated model's accuracy would fall in each bin."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trusteq_core.errors import DataError

__all__ = ["consistency_bands"]


def consistency_bands(bins: pd.DataFrame, *, level: float = 0.9) -> pd.DataFrame:
    """Add to a table of bins the range of accuracies that perfect calibration would allow.

    The number of right predictions in a bin is taken as binomial with the bin's mean confidence.
    Confidences that vary within the bin make the true distribution a little narrower, so the
    bands err on the wide side.

    Parameters
    ----------
    bins : DataFrame
        From :func:`reliability_bins`; ``count`` and ``confidence`` are used.
    level : float, default 0.9
        Probability that a calibrated model's accuracy lies within the band, bin by bin.

    Returns
    -------
    DataFrame
        `bins` with ``band_low`` and ``band_high``; NaN in empty bins.

    Raises
    ------
    DataError
        If `level` is not between 0 and 1.

    References
    ----------
    Bröcker, Smith, "Increasing the Reliability of Reliability Diagrams", 2007,
    doi:10.1175/WAF993.1.

    Examples
    --------
    >>> frame = pd.DataFrame({"count": [100], "confidence": [0.9]})
    >>> consistency_bands(frame)[["band_low", "band_high"]].to_dict("list")
    {'band_low': [0.85], 'band_high': [0.95]}
    """
    from scipy.stats import binom  # slow to import

    if not 0.0 < level < 1.0:
        raise DataError(f"The level of a band must lie between 0 and 1, got {level}.")
    count = bins["count"].to_numpy()
    held = np.where(count > 0, count, np.nan)
    mean = bins["confidence"].to_numpy()
    tail = (1.0 - level) / 2.0
    return bins.assign(
        band_low=binom.ppf(tail, held, mean) / held,
        band_high=binom.ppf(1.0 - tail, held, mean) / held,
    )
