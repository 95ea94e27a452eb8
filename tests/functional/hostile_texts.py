"""Texts that make a careless pattern try again and again: what opens and never closes, and long runs of one thing."""

from collections.abc import Mapping

_OPENED = (
    *("{% ", '{%"', "{%“", "<!--", "<script ", "<style", "<table ", "<a ", "<a href='x'", "<a href=", "<a \"<a '"),
    *("<summary>", "<summary ", "<p", '<p title="', "<p hidden>", "<del>", "<!--<a href='x'>", "<a<a", "&#x"),
    *("[", "![", "[a](", "![a](", "](", "{#", "{#a ", " {:", "`", "`a\n", "**", "*a_", "__", "\\[", "|a", "("),
    *("```\n", "```a\n", "~~~~a\n", "> ", "- ", "# a\n", "a\n===", '"', "\n \t", "a: [", "- a\n  "),
    *("[1]", " [1]", "[ 1", "[1].", "a.", "a-", "1,", "..", "no. ", "2024-01-01 ", "a://", "and, ", "a, and "),
    *("can't ", "no longer ", "not ", "draft ", "it they ", "\x1b[", "\x1b]", "\x9b0", "\n", "\t", " \n"),
)
_RUNS = {
    "spaces in a heading": ("# a", " ", "x"),
    "wide spaces in a heading": ("# a", "\u3000", "b{#"),
    "hashes in a heading": ("# a", "#", "x"),
    "hashes and spaces": ("# a", " #", "x"),
    "a title of brackets": ("# ", "[", " text"),
    "a title of pictures": ("# ", "![", " text"),
    "a title of tags": ("# ", "<a", " text"),
    "a title of names": ("# ", "{#", " text"),
    "a title of words": ("# ", "a ", " text"),
    "a mark of a template": ("{%", " ", "end"),
    "a long fence": ("`", "`", "\ntext"),
    "a line of white space": ("a", " ", "b."),
    "spaces before a mark": ("Bicycles are kept", " ", "in the cellar. [1]"),
    "marks without an end": ("It is so", " [1]", "x"),
    "front matter": ("---\ntitle: x", " ", "y: [\n---\ntext"),
    "one word": ("a", "a", " b"),
    "digits": ("1", "1", " b"),
    "a style": ('<p style="opacity:0', "0", 'x">text</p>'),
    "comments of a style": ('<p style="', "/*", '">text</p>'),
    "a tag of many words": ("<p ", "a ", "text"),
    "accents": ("a", "\u0301", " b"),
    "accents of two kinds": ("a", "\u0301\u0323", " b"),
    "date labels": ("Effective date", " ", "x"),
}
"""What a text begins with, what is repeated in it, what it ends with."""


def texts(size: int) -> Mapping[str, str]:
    """Return hostile texts of about so many characters, by what they are made of."""
    opened = {repr(part): f"text {part * (size // len(part))} text" for part in _OPENED}
    runs = {name: f"{start}{run * (size // len(run))}{end}\n\nSome text." for name, (start, run, end) in _RUNS.items()}
    return {**opened, **runs, **{f"a heading of {name}": f"# {text}" for name, text in opened.items()}}
