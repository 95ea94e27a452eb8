"""E-mails: the headers that say who, when and about what, then the body."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from bot.sources.dates import midnight
from bot.sources.decoding import decode
from bot.sources.draft import Draft
from bot.sources.webpage import from_html

_HEADERS = ("From", "To", "Cc", "Date")


def read_eml(data: bytes) -> Draft:
    """Read an .eml file; of its attachments only the names are kept."""
    message = message_from_bytes(data, policy=policy.default)
    subject = _header(message, "Subject")
    facts = [f"- {name}: {_header(message, name)}" for name in _HEADERS if message[name]]
    attached = [f"- Attachment: {name}" for part in message.iter_attachments() if (name := part.get_filename())]
    parts = [f"# {subject}" if subject else "", "\n".join([*facts, *attached]), _body(message)]
    return Draft(text="\n\n".join(part for part in parts if part), title=subject, modified=_sent(message))


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message[name] or "").split())


def _body(message: EmailMessage) -> str:
    """Return the plain text that a mail program wrote beside the HTML, else the HTML as Markdown."""
    part = message.get_body(preferencelist=("plain", "html"))
    content = part.get_payload(decode=True) if part else None
    if part is None or not isinstance(content, bytes):
        return ""
    text = decode(content, part.get_content_charset() or "")
    return from_html(text).text if part.get_content_subtype() == "html" else text


def _sent(message: EmailMessage) -> datetime | None:
    try:
        return midnight(parsedate_to_datetime(_header(message, "Date")))
    except ValueError:
        return None
