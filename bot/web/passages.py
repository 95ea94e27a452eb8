"""The page of a document with the sentence that an answer cites marked in it, for those who may see it now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from bot.domain import DocumentId, Grant
from bot.ports import KnownDocuments
from bot.web.errors import NotHere
from bot.web.marking import CITED, shown
from bot.web.pages import render
from bot.web.visitor import Visitor, visitor


class Texts(KnownDocuments, Protocol):
    """The documents with their texts."""

    def text(self, document: DocumentId) -> str:
        """Return the whole text of a document; raises `bot.errors.NotFound`."""


@dataclass(frozen=True, slots=True)
class Passages:
    """What the page of a document is made with."""

    documents: Texts
    grant: Callable[[Request, Visitor], Grant | None]
    """What may be seen where the request comes from, as of now."""


def router(parts: Passages) -> APIRouter:
    """Return the page of a document; one that is not there and one that may not be seen look the same."""
    made = APIRouter()

    @made.get("/documents/{document}")
    def page(
        request: Request, who: Annotated[Visitor, Depends(visitor)], document: str, quote: str = ""
    ) -> HTMLResponse:
        grant = parts.grant(request, who)
        id_ = DocumentId(document)
        found = parts.documents.by_id([id_]).get(id_)
        if grant is None or found is None or not grant.admits(found.scopes):
            raise NotHere
        text = shown(parts.documents.text(id_), found.title, quote)
        return render(request, "document.html", document=found, text=text, quote=quote.strip(), cited=CITED)

    return made
