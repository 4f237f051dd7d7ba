"""The paraphrase corpus: pairs of sentences that do or do not say the same.

Every phenomenon yields both labels. Most pairs are told in two ways (voice, order, an incidental
synonym) whatever their label, so that only the words that decide betray it, and only together.
"""

from __future__ import annotations

from trusteq_core.corpus.paraphrase import entities, graded, lexical, meaning, structure
from trusteq_core.corpus.sampling import Phenomenon

__all__ = ["PHENOMENA"]

PHENOMENA: dict[Phenomenon, float] = {
    lexical.verb_synonyms: 8.0,
    lexical.noun_synonyms: 6.0,
    lexical.adjective_synonyms: 6.5,
    lexical.light_verbs: 4.0,
    lexical.predicates: 5.0,
    entities.people: 6.0,
    entities.places: 5.0,
    entities.dates: 3.0,
    entities.amounts: 4.0,
    entities.durations: 3.0,
    structure.voice: 3.0,
    structure.routes: 2.0,
    structure.converse_verbs: 2.0,
    structure.comparisons: 2.0,
    structure.attributes: 3.0,
    structure.clause_order: 3.5,
    structure.connectives: 2.5,
    meaning.tenses: 3.0,
    meaning.outcomes: 3.0,
    meaning.questions: 3.5,
    graded.near_synonyms: 5.0,
    graded.frequency: 3.5,
    graded.certainty: 3.5,
    graded.quantities: 4.0,
    graded.hypernyms: 4.0,
    graded.left_out_details: 4.5,
}
"""The phenomena of the corpus and how often each is drawn, relative to the others."""
