"""What the assistant itself says, in each language that it speaks."""

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


def not_found(language: str) -> str:
    """Say that the documents do not hold the answer."""
    return _NOT_FOUND.get(language, _NOT_FOUND["en"])


def no_access(language: str) -> str:
    """Say that nothing has been granted to whoever would read the answer."""
    return _NO_ACCESS.get(language, _NO_ACCESS["en"])
