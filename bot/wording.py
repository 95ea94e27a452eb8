"""What the assistant itself says, in each language that it speaks."""

from collections.abc import Sequence

from bot.smalltalk import Kind

_NOT_FOUND = {
    "en": "I could not find this in the documents that may be seen here.",
    "es": "No he encontrado esto en los documentos que se pueden ver aquí.",
    "pt": "Não encontrei isto nos documentos que podem ser vistos aqui.",
}
_NO_ACCESS = {
    "en": "No documents may be seen here yet: an admin decides which, with 'attune grants allow'.",
    "es": "Aquí todavía no se puede ver ningún documento: un administrador decide cuáles, con 'attune grants allow'.",
    "pt": "Aqui ainda não pode ser visto nenhum documento: um administrador decide quais, com 'attune grants allow'.",
}
_NOT_UNDERSTOOD = {
    "en": "I did not understand that. Ask in a few words, as you would ask a colleague.",
    "es": "No he entendido eso. Pregunta en pocas palabras, como preguntarías a un colega.",
    "pt": "Não percebi isso. Pergunte em poucas palavras, como perguntaria a um colega.",
}
_SMALL_TALK: dict[Kind, dict[str, str]] = {
    "greeting": {
        "en": "Hello! I answer questions from the documents that may be seen here, and name the sources.",
        "es": "¡Hola! Respondo preguntas con los documentos que se pueden ver aquí, y nombro las fuentes.",
        "pt": "Olá! Respondo a perguntas com os documentos que podem ser vistos aqui, e indico as fontes.",
    },
    "about": {
        "en": "I am Attune. I answer questions from the documents that may be seen here, and name the sources; "
        "what you ask next may leave out what is clear.",
        "es": "Soy Attune. Respondo preguntas con los documentos que se pueden ver aquí, y nombro las fuentes; "
        "en lo que preguntes después puedes omitir lo que ya esté claro.",
        "pt": "Sou o Attune. Respondo a perguntas com os documentos que podem ser vistos aqui, e indico as fontes; "
        "no que perguntar a seguir pode omitir o que já está claro.",
    },
    "thanks": {"en": "You are welcome.", "es": "De nada.", "pt": "De nada."},
    "bye": {"en": "Goodbye!", "es": "¡Hasta luego!", "pt": "Até logo!"},
    "noted": {
        "en": "All right. Ask on whenever you like.",
        "es": "De acuerdo. Pregunta cuando quieras.",
        "pt": "Certo. Pergunte quando quiser.",
    },
}
_EXAMPLES = {
    "en": "Ask for example about what is in {titles}.",
    "es": "Pregunta por ejemplo por algo de {titles}.",
    "pt": "Pergunte por exemplo por algo de {titles}.",
}
_NEAREST = {
    "en": "The documents that come nearest: {titles}.",
    "es": "Los documentos que más se acercan: {titles}.",
    "pt": "Os documentos que mais se aproximam: {titles}.",
}
_LOOKED_THROUGH = {
    "en": "I looked through every document that may be seen here.",
    "es": "He buscado en todos los documentos que se pueden ver aquí.",
    "pt": "Procurei em todos os documentos que podem ser vistos aqui.",
}
_MADE_FROM = {
    "en": ("The answer was made from 1 document.", "The answer was made from {number} documents."),
    "es": ("La respuesta procede de 1 documento.", "La respuesta procede de {number} documentos."),
    "pt": ("A resposta vem de 1 documento.", "A resposta vem de {number} documentos."),
}
_NOTHING_SEARCHED = {
    "en": "Nothing was searched, because no documents may be seen here yet.",
    "es": "No se ha buscado en nada, porque aquí todavía no se puede ver ningún documento.",
    "pt": "Não se procurou em nada, porque aqui ainda não pode ser visto nenhum documento.",
}
_QUOTES = {"en": "“{}”", "es": "«{}»", "pt": "“{}”"}
_AND = {"en": "and", "es": "y", "pt": "e"}


def not_found(language: str) -> str:
    """Say that the documents do not hold the answer."""
    return _said(_NOT_FOUND, language)


def no_access(language: str) -> str:
    """Say that nothing has been granted to whoever would read the answer."""
    return _said(_NO_ACCESS, language)


def not_understood(language: str) -> str:
    """Say that no word of a question is known."""
    return _said(_NOT_UNDERSTOOD, language)


def reply(kind: Kind, language: str, titles: Sequence[str] = ()) -> str:
    """Return the answer to small talk, with titles of documents that may be asked about where there are some."""
    said = _said(_SMALL_TALK[kind], language)
    return f"{said} {_said(_EXAMPLES, language).format(titles=_listed(titles, language))}" if titles else said


def nearest(language: str, titles: Sequence[str]) -> str:
    """Name the documents that come nearest to a question that none of them answers."""
    if not titles:
        return _said(_LOOKED_THROUGH, language)
    return _said(_NEAREST, language).format(titles=_listed(titles, language))


def made_from(language: str, documents: int) -> str:
    """Say that everything was looked through, and from how many documents the answer was made; nothing where none."""
    if not documents:
        return ""
    one, more = _MADE_FROM.get(language, _MADE_FROM["en"])
    return f"{_said(_LOOKED_THROUGH, language)} {one if documents == 1 else more.format(number=documents)}"


def nothing_searched(language: str) -> str:
    """Say why nothing was searched for a question."""
    return _said(_NOTHING_SEARCHED, language)


def _listed(titles: Sequence[str], language: str) -> str:
    quoted = [_said(_QUOTES, language).format(title) for title in titles]
    return f" {_said(_AND, language)} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _said(sentences: dict[str, str], language: str) -> str:
    return sentences.get(language, sentences["en"])
