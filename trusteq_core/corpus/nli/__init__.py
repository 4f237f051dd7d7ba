"""Natural-language inference: the phenomena and their weights.

Each phenomenon is a function in a module named for its family. Most have one label; those of
`graded` have a true distribution, from which the label is drawn. Their weights are set so that the
best possible classifier is right on about 94 in 100 examples.
"""

from __future__ import annotations

from trusteq_core.corpus.nli.graded import (
    certainty,
    frequency,
    scalar_adjective,
    scalar_quantifier,
    typical,
)
from trusteq_core.corpus.nli.lexical import antonym, manner_of_doing, opposite_verb
from trusteq_core.corpus.nli.logic import conditional, conjunction, implicative, negation
from trusteq_core.corpus.nli.modifiers import adjective_modifier, adverb_modifier
from trusteq_core.corpus.nli.orders import comparative, event_order, temporal_order
from trusteq_core.corpus.nli.parts import of_length
from trusteq_core.corpus.nli.places import location
from trusteq_core.corpus.nli.quantities import number, quantifier
from trusteq_core.corpus.nli.roles import passive, role_swap
from trusteq_core.corpus.nli.taxonomy import hypernymy, hyponymy, negated_hypernymy
from trusteq_core.corpus.sampling import Phenomenon

__all__ = ["PHENOMENA"]

PHENOMENA: dict[Phenomenon, float] = {
    of_length(phenomenon): weight
    for phenomenon, weight in {
        hypernymy: 5,
        hyponymy: 5,
        negated_hypernymy: 5,
        negation: 4,
        conjunction: 4,
        conditional: 3,
        implicative: 3,
        quantifier: 4,
        number: 6,
        comparative: 5,
        temporal_order: 4,
        event_order: 3,
        role_swap: 1.5,
        passive: 4,
        antonym: 6,
        opposite_verb: 4,
        manner_of_doing: 4,
        location: 7,
        adjective_modifier: 4,
        adverb_modifier: 4,
        frequency: 4,
        certainty: 4,
        scalar_quantifier: 4,
        scalar_adjective: 4,
        typical: 6,
    }.items()
}
"""How often each phenomenon is drawn, relative to the others."""
