"""Bytes to text when nobody says in which encoding."""

import codecs
import re

from charset_normalizer import from_bytes

from bot.errors import UnreadableDocument

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = re.compile(
    r"(?:[\x00-\x7f]|(?<!\w)[¿¡]|[áàâãäåæçéèêëíìîïñóòôõöøúùûüýÿßœšž"
    r"ÁÀÂÃÄÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÕÖØÚÙÛÜÝŒŠŽ«»“”‘’„‹›–—…•·º°ª²½€£§©®™\xa0])*"  # noqa: RUF001 - look-alikes are the point
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_OLD_MAC = ["mac_cyrillic", "mac_greek", "mac_iceland", "mac_latin2", "mac_roman", "mac_turkish"]
"""Hardly used any more, and easily taken for what is."""
_SAMPLE = 200_000
_NOT_TEXT = "it is not text in any encoding that I know"


def decode(data: bytes, declared: str = "") -> str:
    """Return the text with line feeds only; raises `UnreadableDocument` where there is none.

    UTF-8 comes first, then what the file declares, then Western European single bytes, in which short
    texts are guessed wrongly by statistics; only then statistics decide.
    """
    text = _marked(data) or _utf8(data) or _declared(data, declared) or _western(data) or _guessed(data)
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise UnreadableDocument(why=_NOT_TEXT)
    return _CONTROL.sub("", re.sub(r"\r\n?", "\n", text))


def _marked(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    return ""


def _utf8(data: bytes) -> str:
    """Forgive a few broken characters among many sound ones."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - broken if broken else 0
    return text if sound >= 5 * broken else ""


def _declared(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding) if encoding else ""
    except (LookupError, UnicodeDecodeError):
        return ""


def _western(data: bytes) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    foreign = sum(not character.isascii() for character in text)
    return text if foreign <= len(text) / 4 and _WESTERN.fullmatch(text) else ""


def _guessed(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE], cp_exclusion=_OLD_MAC).best()
    if best is None:
        raise UnreadableDocument(why=_NOT_TEXT)
    return data.decode(best.encoding, errors="replace")
