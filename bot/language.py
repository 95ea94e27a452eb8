"""Which language a text is in, by lingua."""

import re
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

SPOKEN = ("en", "es", "pt")
"""The languages that the assistant answers in; the first one serves for every other."""

_QUESTIONS = (Language.ENGLISH, Language.SPANISH, Language.PORTUGUESE)
_DOCUMENTS = (*_QUESTIONS, Language.FRENCH, Language.GERMAN, Language.ITALIAN, Language.DUTCH)
_SAMPLE = 4_000
_WORD = re.compile(r"\w+")
_SURELY = 0.85
"""So sure are n-grams that a telling word, perhaps of a name, does not overrule them."""
_CLEARLY = 0.6
_POSSIBLE = 0.15
"""As likely as that, a text may be English, unless another language is clear."""
_WORDS = {
    "en": frozenset("what which who how when where why is are the of my does can and".split()),
    "es": frozenset("hola y cuánto cuántos cuánta cuántas qué cuál quién cuándo dónde cómo buenas días".split()),
    "pt": frozenset("olá oi bom boa você quanto quantos quanta quantas não qual quem obrigado obrigada dia".split()),
}
"""Short words of one of these languages alone, for texts in which n-grams tell little."""
_LETTERS = {"es": re.compile("[¿¡ñ]"), "pt": re.compile("[ãõçâêôà]")}
"""Of one of these languages alone, though they stand in names anywhere."""


@cache
def _for_questions() -> LanguageDetector:
    # A few words need the full n-gram models, and only among the languages that can be answered in.
    return LanguageDetectorBuilder.from_languages(*_QUESTIONS).build()


@cache
def _for_documents() -> LanguageDetector:
    # Long texts need trigrams only, which load in a twentieth of the time.
    return LanguageDetectorBuilder.from_languages(*_DOCUMENTS).with_low_accuracy_mode().build()


def question_language(text: str) -> str:
    """Return the ISO 639-1 code of the language to answer in, one of `SPOKEN`.

    A word or two, or a name, may be of any language: where nothing tells, the first one serves.
    """
    values = _for_questions().compute_language_confidence_values(text)
    likely = {one.language.iso_code_639_1.name.lower(): one.value for one in values}
    best = max(likely, key=lambda code: likely[code])
    if likely[best] >= _SURELY:
        return best
    told = _told(text.casefold())
    if told:
        return told
    unclear = likely[best] < _CLEARLY and likely[SPOKEN[0]] > _POSSIBLE
    return SPOKEN[0] if unclear or not likely[best] else best


def _told(text: str) -> str:
    """Return the one language that a word of the text belongs to, or else a letter; empty where there is none."""
    said = frozenset(_WORD.findall(text))
    by_words = [code for code, telling in _WORDS.items() if said & telling]
    by_letters = [code for code, letters in _LETTERS.items() if letters.search(text)]
    return next((found[0] for found in (by_words, by_letters) if len(found) == 1), "")


def document_language(text: str) -> str:
    """Return the ISO 639-1 code of a document's language, empty where nothing can be told."""
    found = _for_documents().detect_language_of(text[:_SAMPLE])
    return found.iso_code_639_1.name.lower() if found else ""
