"""Where documents may come from: which addresses are opened, and how they are shown."""

import re
from typing import Final

from fsspec.core import split_protocol

from bot.errors import SourceError

REMOTE: Final = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "sftp", "ssh")
"""Whatever else fsspec opens could reach hosts inside the network, or read files past the rules of a folder."""
_ALLOWED: Final = frozenset({*REMOTE, "file", "local", "memory"})
"""A server keeps no documents in its own memory, but tests do."""
_PASSWORD: Final = re.compile(r"(://[^/@:]*+):(?!\d++(?:/|$))[^@]++@")


class AddressRefused(SourceError):
    """A kind of address that is not opened."""

    sentence = (
        "Documents cannot come from {address}: give a file or folder of the server, or an address that begins with "
        "file://, s3://, gs://, abfs://, az://, adl://, sftp:// or ssh:// and holds no further one behind '::'."
    )


class AddressWithPassword(SourceError):
    """An address that tells a secret to everybody who sees it."""

    sentence = (
        "The address {address} holds a password, which everybody who looks at sources would read: leave it out; "
        "the server's environment or the configuration of fsspec carries it."
    )


def check(uri: str) -> None:
    """Raise `AddressRefused` or `AddressWithPassword` for an address that documents may not come from."""
    scheme, _ = split_protocol(uri)
    if "::" in uri or (scheme is not None and scheme.lower() not in _ALLOWED):
        raise AddressRefused(address=shown(uri))
    if _PASSWORD.search(uri):
        raise AddressWithPassword(address=shown(uri))


def shown(uri: str) -> str:
    """Return an address as people may see it: without the password that an older one may hold."""
    return _PASSWORD.sub(r"\1:***@", uri) if "@" in uri else uri
