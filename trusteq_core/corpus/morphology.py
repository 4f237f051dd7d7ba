"""English word forms and sentence layout: small pure functions over strings.

Words may carry the marks of `trusteq_core.corpus.sampling` (``[word]``); they are passed through.
A verb or noun of several words inflects at its head: ``past("pick up")`` is ``"picked up"`` and
``plural("train ticket")`` is ``"train tickets"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

__all__ = [
    "article",
    "gerund",
    "join_words",
    "number_word",
    "participle",
    "past",
    "plural",
    "sentence",
    "third_person",
    "with_article",
]


def _listed(words: str) -> list[str]:
    return words.split()


_IRREGULAR_PLURALS = {
    "calf": "calves",
    "carp": "carp",
    "child": "children",
    "deer": "deer",
    "fish": "fish",
    "foot": "feet",
    "goldfish": "goldfish",
    "goose": "geese",
    "half": "halves",
    "hero": "heroes",
    "knife": "knives",
    "leaf": "leaves",
    "loaf": "loaves",
    "man": "men",
    "mouse": "mice",
    "person": "people",
    "potato": "potatoes",
    "salmon": "salmon",
    "scarf": "scarves",
    "series": "series",
    "sheep": "sheep",
    "shelf": "shelves",
    "species": "species",
    "thief": "thieves",
    "tomato": "tomatoes",
    "tooth": "teeth",
    "trout": "trout",
    "tuna": "tuna",
    "wife": "wives",
    "wolf": "wolves",
    "woman": "women",
}

# base: past, participle (the participle is left out where it equals the past).
_IRREGULAR_VERBS = {
    base: tuple(forms.split())
    for base, forms in {
        "be": "was been",
        "beat": "beat beaten",
        "become": "became become",
        "begin": "began begun",
        "bend": "bent",
        "bind": "bound",
        "bite": "bit bitten",
        "blow": "blew blown",
        "break": "broke broken",
        "bring": "brought",
        "build": "built",
        "burst": "burst",
        "buy": "bought",
        "catch": "caught",
        "choose": "chose chosen",
        "come": "came come",
        "cost": "cost",
        "cut": "cut",
        "deal": "dealt",
        "dig": "dug",
        "do": "did done",
        "draw": "drew drawn",
        "drink": "drank drunk",
        "drive": "drove driven",
        "eat": "ate eaten",
        "fall": "fell fallen",
        "feed": "fed",
        "feel": "felt",
        "fight": "fought",
        "find": "found",
        "fly": "flew flown",
        "forbid": "forbade forbidden",
        "forget": "forgot forgotten",
        "forgive": "forgave forgiven",
        "freeze": "froze frozen",
        "get": "got",
        "give": "gave given",
        "go": "went gone",
        "grow": "grew grown",
        "hang": "hung",
        "have": "had",
        "hear": "heard",
        "hide": "hid hidden",
        "hit": "hit",
        "hold": "held",
        "hurt": "hurt",
        "keep": "kept",
        "know": "knew known",
        "lay": "laid",
        "lead": "led",
        "leave": "left",
        "lend": "lent",
        "let": "let",
        "lie": "lay lain",
        "light": "lit",
        "lose": "lost",
        "make": "made",
        "mean": "meant",
        "meet": "met",
        "overtake": "overtook overtaken",
        "pay": "paid",
        "put": "put",
        "quit": "quit",
        "read": "read",
        "rebuild": "rebuilt",
        "repay": "repaid",
        "rewrite": "rewrote rewritten",
        "ride": "rode ridden",
        "ring": "rang rung",
        "rise": "rose risen",
        "run": "ran run",
        "say": "said",
        "see": "saw seen",
        "seek": "sought",
        "sell": "sold",
        "send": "sent",
        "set": "set",
        "shake": "shook shaken",
        "shine": "shone",
        "shoot": "shot",
        "show": "showed shown",
        "shrink": "shrank shrunk",
        "shut": "shut",
        "sing": "sang sung",
        "sink": "sank sunk",
        "sit": "sat",
        "sleep": "slept",
        "slide": "slid",
        "speak": "spoke spoken",
        "spend": "spent",
        "spread": "spread",
        "stand": "stood",
        "steal": "stole stolen",
        "stick": "stuck",
        "strike": "struck",
        "sweep": "swept",
        "swim": "swam swum",
        "swing": "swung",
        "take": "took taken",
        "teach": "taught",
        "tear": "tore torn",
        "tell": "told",
        "think": "thought",
        "throw": "threw thrown",
        "understand": "understood",
        "undo": "undid undone",
        "wake": "woke woken",
        "wear": "wore worn",
        "weave": "wove woven",
        "win": "won",
        "withdraw": "withdrew withdrawn",
        "write": "wrote written",
    }.items()
}

# Verbs of several syllables that double the last consonant: the last syllable is stressed, or it
# ends in an l (British spelling).
_FINAL_STRESS = frozenset(
    _listed(
        "admit begin cancel commit control equip forbid forget occur omit permit prefer refer "
        "regret submit transfer travel"
    )
)
_MARKS = "[]"
_NOT_A_MAN = frozenset(["german", "human", "norman", "ottoman", "roman", "shaman", "talisman"])
_SILENT_H = ("hour", "honest", "honor", "honour", "heir")
_YOU_SOUND = ("uni", "use", "usu", "uti", "euro", "one", "once", "ufo")
_SMALL_NUMBERS = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def article(phrase: str) -> str:
    """Return the indefinite article of `phrase`, ``"a"`` or ``"an"``.

    Examples
    --------
    >>> [article(word) for word in ("dog", "[old] dog", "hour", "uniform", "uncle", "11-year-old")]
    ['a', 'an', 'an', 'a', 'an', 'an']
    """
    word = phrase.lstrip(_MARKS).lower()
    if word.startswith(_SILENT_H):
        return "an"
    if word.startswith(_YOU_SOUND) and not word.startswith(("unim", "unin", "unid")):
        return "a"
    if word[:1].isdigit():
        return "an" if re.match(r"8|1[18](?!\d)", word) else "a"
    return "an" if word[:1] in "aeiou" else "a"


def with_article(phrase: str) -> str:
    """Return `phrase` after its indefinite article.

    Examples
    --------
    >>> with_article("[old] bridge")
    'an [old] bridge'
    """
    return f"{article(phrase)} {phrase}"


def plural(noun: str) -> str:
    """Return the plural of `noun`; of a compound, the plural of its last word.

    Examples
    --------
    >>> [plural(noun) for noun in ("boy", "baby", "box", "train ticket", "policewoman", "shelf")]
    ['boys', 'babies', 'boxes', 'train tickets', 'policewomen', 'shelves']
    """
    before, _, head = noun.rpartition(" ")
    lead = f"{before} " if before else ""
    if head in _IRREGULAR_PLURALS:
        return lead + _IRREGULAR_PLURALS[head]
    if head.endswith("man") and head.lower() not in _NOT_A_MAN:
        return f"{lead}{head[:-2]}en"
    return lead + _add_s(head)


def third_person(verb: str) -> str:
    """Return the third person singular present of `verb`.

    Examples
    --------
    >>> [third_person(verb) for verb in ("carry", "watch", "go", "pick up", "be", "have")]
    ['carries', 'watches', 'goes', 'picks up', 'is', 'has']
    """
    given = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    return _at_head(verb, lambda head: given.get(head) or _add_s(head))


def past(verb: str) -> str:
    """Return the simple past of `verb` (third person singular where forms differ).

    Examples
    --------
    >>> [past(verb) for verb in ("buy", "stop", "visit", "prefer", "carry", "bake", "give away")]
    ['bought', 'stopped', 'visited', 'preferred', 'carried', 'baked', 'gave away']
    """
    return _at_head(verb, lambda head: _IRREGULAR_VERBS.get(head, (_add_ed(head),))[0])


def participle(verb: str) -> str:
    """Return the past participle of `verb`.

    Examples
    --------
    >>> [participle(verb) for verb in ("write", "build", "clean", "throw away")]
    ['written', 'built', 'cleaned', 'thrown away']
    """
    return _at_head(verb, lambda head: _IRREGULAR_VERBS.get(head, (_add_ed(head),))[-1])


def gerund(verb: str) -> str:
    """Return the -ing form of `verb`.

    Examples
    --------
    >>> [gerund(verb) for verb in ("run", "bake", "see", "lie", "visit", "fix", "pick up")]
    ['running', 'baking', 'seeing', 'lying', 'visiting', 'fixing', 'picking up']
    """

    def head_form(head: str) -> str:
        if head == "be":
            return "being"
        if head.endswith("ie"):
            return f"{head[:-2]}ying"
        if head.endswith("e") and not head.endswith(("ee", "oe", "ye")):
            return f"{head[:-1]}ing"
        return f"{_doubled(head)}ing"

    return _at_head(verb, head_form)


def number_word(number: int) -> str:
    """Return a whole number below one hundred in words, a larger one in digits.

    Examples
    --------
    >>> number_word(7), number_word(21), number_word(40), number_word(1200)
    ('seven', 'twenty-one', 'forty', '1,200')
    """
    if number < 0 or number >= 100:
        return f"{number:,}"
    if number < 20:
        return _SMALL_NUMBERS[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_SMALL_NUMBERS[ones]}" if ones else "")


def join_words(words: Sequence[str], conjunction: str = "and") -> str:
    """Join words as in a sentence, with a comma before the conjunction from three words on.

    Examples
    --------
    >>> join_words(["Ann"]), join_words(["Ann", "Ben"]), join_words(["Ann", "Ben", "Cleo"])
    ('Ann', 'Ann and Ben', 'Ann, Ben, and Cleo')
    """
    if len(words) <= 1:
        return "".join(words)
    if len(words) == 2:
        return f"{words[0]} {conjunction} {words[1]}"
    return f"{', '.join(words[:-1])}, {conjunction} {words[-1]}"


def sentence(*parts: str, end: str = ".") -> str:
    """Join parts to a sentence: one space between words, none before punctuation, a capital.

    Empty parts are left out, so optional phrases can be passed as ``""``.

    Examples
    --------
    >>> sentence("[the] cat", "", "slept , then", "it ate")
    '[The] cat slept, then it ate.'
    >>> sentence("where is she", end="?")
    'Where is she?'
    """
    text = " ".join(" ".join(parts).split())
    text = re.sub(r" +([,;:.!?])", r"\1", text)
    first = len(text) - len(text.lstrip(_MARKS))
    return f"{text[:first]}{text[first : first + 1].upper()}{text[first + 1 :]}{end}"


def _at_head(verb: str, form: Callable[[str], str]) -> str:
    head, _, rest = verb.partition(" ")
    inflected = form(head)
    return f"{inflected} {rest}" if rest else inflected


def _add_s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def _add_ed(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{_doubled(verb)}ed"


def _doubled(verb: str) -> str:
    """Double the last consonant after one stressed vowel letter: stop, prefer; not visit, fix."""
    short = re.fullmatch(r"(?:[^aeiou]*|[^aeiou]*qu)[aeiou][^aeiouwxy]", verb)
    return verb + verb[-1] if short or verb in _FINAL_STRESS else verb
