"""Which language a text is in, by lingua."""

from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

SPOKEN = ("en", "es", "pt")
"""The languages that the assistant answers in; the first one serves for every other."""

_QUESTIONS = (Language.ENGLISH, Language.SPANISH, Language.PORTUGUESE)
_DOCUMENTS = (*_QUESTIONS, Language.FRENCH, Language.GERMAN, Language.ITALIAN, Language.DUTCH)
_SAMPLE = 4_000


@cache
def _for_questions() -> LanguageDetector:
    # A few words need the full n-gram models, and only among the languages that can be answered in.
    return LanguageDetectorBuilder.from_languages(*_QUESTIONS).build()


@cache
def _for_documents() -> LanguageDetector:
    # Long texts need trigrams only, which load in a twentieth of the time.
    return LanguageDetectorBuilder.from_languages(*_DOCUMENTS).with_low_accuracy_mode().build()


def question_language(text: str) -> str:
    """Return the ISO 639-1 code of the language to answer in, one of `SPOKEN`."""
    found = _for_questions().detect_language_of(text)
    return found.iso_code_639_1.name.lower() if found else SPOKEN[0]


def document_language(text: str) -> str:
    """Return the ISO 639-1 code of a document's language, empty where nothing can be told."""
    found = _for_documents().detect_language_of(text[:_SAMPLE])
    return found.iso_code_639_1.name.lower() if found else ""
