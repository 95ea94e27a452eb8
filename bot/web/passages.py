"""The page of a document with the sentence that an answer cites marked in it, for those who may see it now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol
from urllib.parse import quote as quoted
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from bot.domain import DocumentId, Grant, Role
from bot.ports import KnownDocuments
from bot.web.errors import NotHere
from bot.web.marking import CITED, shown
from bot.web.pages import render
from bot.web.paths import within
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
    roots: Callable[[], Mapping[str, str]] = dict
    """The address of each source, by its name."""
    answers: str = "/answers/{}"
    """Where the page of an answer is, for its id."""


def router(parts: Passages) -> APIRouter:
    """Return the page of a document; one that is not there and one that may not be seen look the same."""
    made = APIRouter()

    @made.get("/documents/{document}")
    def page(
        request: Request, who: Annotated[Visitor, Depends(visitor)], document: str, quote: str = "", answer: str = ""
    ) -> HTMLResponse:
        grant = parts.grant(request, who)
        id_ = DocumentId(document)
        found = parts.documents.by_id([id_]).get(id_)
        if grant is None or found is None or not grant.admits(found.scopes):
            raise NotHere
        text = shown(parts.documents.text(id_), found.title, quote)
        return render(
            request,
            "document.html",
            document=found,
            text=text,
            quote=quote.strip(),
            cited=CITED,
            path=within(found.uri, parts.roots().get(found.source, "")),
            address=found.uri if who.role is Role.ADMIN else "",
            back=_back(request, parts.answers.format(quoted(answer, safe=""))) if answer else "",
        )

    return made


def _back(request: Request, path: str) -> str:
    """Return the address of the answer, seen from the place that the request names."""
    place = request.query_params.get("in", "")
    return f"{path}?{urlencode({'in': place})}" if place else path
