"""Do two models rest on the same words? Overlap measures, their chance and their ceilings.

Every measure takes two signed attributions towards the same class, arrays of shape
(..., n_words), and returns one number per example. NaN marks a word that a model does not see;
see :mod:`trusteq_core.alignment.pairs` for what that means.
"""

from trusteq_core.alignment.agreement import (
    feature_agreement,
    rank_agreement,
    sign_agreement,
    signed_rank_agreement,
)
from trusteq_core.alignment.chance import chance_corrected, chance_jaccard, position_between
from trusteq_core.alignment.correlation import cosine, kendall, rbo, spearman
from trusteq_core.alignment.noise import noise_loss, top_k_stability
from trusteq_core.alignment.pairs import pad
from trusteq_core.alignment.segments import segment_share
from trusteq_core.alignment.table import overlap_table
from trusteq_core.alignment.top import jaccard_at_k, top_k

__all__ = [
    "chance_corrected",
    "chance_jaccard",
    "cosine",
    "feature_agreement",
    "jaccard_at_k",
    "kendall",
    "noise_loss",
    "overlap_table",
    "pad",
    "position_between",
    "rank_agreement",
    "rbo",
    "segment_share",
    "sign_agreement",
    "signed_rank_agreement",
    "spearman",
    "top_k",
    "top_k_stability",
]
