"""Where a document stands, as people read it: from its source on, not from the root of a server's disk."""

from typing import Final

_LAST: Final = 2
"""Parts of an address that are shown where its source is not known."""


def within(uri: str, root: str) -> str:
    """Return the address below its source's, with its folders apart: leaving / leaving-bristol.md."""
    top = root.rstrip("/") + "/"
    if root and uri.startswith(top):
        parts = uri.removeprefix(top).split("/")
    elif root and uri == root:
        parts = uri.split("/")[-1:]
    else:
        parts = uri.split("/")[-_LAST:]
    return " / ".join(part for part in parts if part) or uri
