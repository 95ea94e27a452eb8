"""What the HTML of a document hides from its readers, or strikes out: nobody is told it as a fact."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

_CODE = r"^ {0,3}(?:```|~~~).*?(?:^ {0,3}(?:```|~~~)[ \t]*$|\Z)|`[^`\n]+`"
_TAG = re.compile(
    rf"(?P<code>{_CODE})|(?<!\\)<(?P<close>/?)(?P<name>[a-z][\w-]*+)"
    r"(?P<rest>(?:\s(?:[^<>\"']++|\"[^\"]{0,4000}+\"|'[^']{0,4000}+'){0,400}+)?+)>",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_UNSEEN = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)"
    r"|opacity:0*+\.?+0*+%?+(?=[;!]|$)|font-size:0*+\.?+0*+[a-z%]*+(?=[;!]|$)"
    r"|(?:left|top|right|text-indent|margin-left):-\d{4,})"
)
_UNREAD = re.compile(r"\s|/\*.*?(?:\*/|\Z)", re.DOTALL)
"""White space and comments of a style; one that nothing closes goes to its end."""
_LINE_THROUGH = re.compile(r"(?:^|;)text-decoration(?:-line)?:[^;]*line-through")
_STRUCK = frozenset({"del", "s", "strike"})
_EMPTY = frozenset("area base br col embed hr img input link meta source track wbr".split())


def hides(attributes: Mapping[str, object]) -> bool:
    """Say whether an element with these attributes is not shown to readers, or is struck out by its style."""
    style = _UNREAD.sub("", str(attributes.get("style") or "")).casefold()
    return "hidden" in attributes or bool(_UNSEEN.search(style) or _LINE_THROUGH.search(style))


def without_hidden(text: str, *, struck: bool) -> str:
    """Return Markdown without the HTML elements that readers do not see; with `struck`, those struck out go too.

    What an element hides that nothing closes goes to the end of the text, as in a browser; code stays.
    """
    if "<" not in text:
        return text
    kept: list[str] = []
    done = 0
    for start, end in _ranges(text, struck=struck):
        kept.append(text[done:start])
        done = end
    return "".join([*kept, text[done:]])


def _ranges(text: str, *, struck: bool) -> Iterator[tuple[int, int]]:
    """Yield from where to where elements are hidden."""
    done = 0
    tags = [tag for tag in _TAG.finditer(text) if tag["name"]]
    ends = _ends(tags)
    for tag in tags:
        if tag.start() < done or tag["close"] or tag["name"].casefold() in _EMPTY:
            continue
        is_struck = struck and tag["name"].casefold() in _STRUCK
        if is_struck or hides(_attributes(tag["rest"])):
            done = ends.get(tag.start(), tag.end() if is_struck else len(text))
            yield tag.start(), done


def _ends(tags: Iterable[re.Match[str]]) -> dict[int, int]:
    """Return by where elements begin where they end, of those that something closes."""
    open_: defaultdict[str, list[int]] = defaultdict(list)
    ends: dict[int, int] = {}
    for tag in tags:
        begun = open_[tag["name"].casefold()]
        if not tag["close"]:
            begun.append(tag.start())
        elif begun:
            ends[begun.pop()] = tag.end()
    return ends


def _attributes(text: str) -> dict[str, str]:
    return {match[1].casefold(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(text)}
