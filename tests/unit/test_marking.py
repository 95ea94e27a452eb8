"""A quote is marked in its document, and nothing in a document runs."""

import re
import time

import pytest

from bot.web.marking import shown

POLICY = """# Travel policy

**This replaces the old one.** Trips booked *and* started
before `1 April` are [paid](https://example.org/a?b=1&c=2) as before. Nobody flies business.

## Allowance

| Country | Per day |
|---|---:|
| Portugal | €58 |
| Spain | €60 |

Take with you:

- a passport
- a charger (the *small* one)

```
travel --to lisbon
```
"""


def marked(text: str, quote: str) -> str:
    """Return what is marked, marks that follow one another joined."""
    html = shown(text, "Travel policy", quote).html
    return " / ".join(
        re.sub(r"<[^>]*>", "", found) for found in re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)
    )


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Nobody flies business.", "Nobody flies business."),
        (
            "Trips booked and started before 1 April are paid as before.",
            "Trips booked  / and /  started\nbefore 1 April are  / paid /  as before.",
        ),
        ("Country: Portugal; Per day: €58", "Portugal / €58"),
        (
            "Take with you: a passport; a charger (the small one)",
            "Take with you: / a passport / a charger (the  / small /  one)",
        ),
        ("travel --to lisbon", "travel --to lisbon"),
        ("This replaces the old one. Country: Spain; Per day: €60", "This replaces the old one. / Spain / €60"),
        ("NOBODY  FLIES\nBUSINESS", "Nobody flies business."),
        ("Nobody ever flies business.", ""),
        ("", ""),
        ("…", ""),
    ],
)
def test_the_quoted_sentences_are_marked_whatever_stands_between_their_words(quote: str, expected: str) -> None:
    assert marked(POLICY, quote) == expected


def test_only_the_first_mark_is_the_place_that_a_link_leads_to() -> None:
    html = shown(POLICY, "", "Country: Portugal; Per day: €58").html
    assert html.count('id="cited"') == 1
    assert html.index('id="cited"') < html.index("€58")


def test_of_two_equal_sentences_the_one_behind_the_rest_of_the_quote_is_marked() -> None:
    text = "Ask your manager first.\n\nA new phone costs up to €600 every three years. Ask your manager first."
    html = shown(text, "", "A new phone costs up to €600 every three years. Ask your manager first.").html
    assert "<p>Ask your manager first.</p>" in html


def test_a_quote_that_is_gone_is_told_from_one_that_is_there() -> None:
    assert shown(POLICY, "", "Nobody flies business.").marked
    assert not shown(POLICY, "", "Everybody flies business, as often as they like.").marked


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)> text",
        "<svg/onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](//evil.example/a)",
        "![x](https://evil.example/pixel.png)",
        "| a |\n|---|\n| <script>alert(1)</script> |",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "```html onmouseover=alert(1)\nx\n```",
        "# <iframe src=x></iframe>",
        '[x](https://e.org/"onmouseover="alert(1))',
        '[x](https://e.org "t" onclick)',
        '<https://e.org/"onclick=alert(1)>',
    ],
)
def test_nothing_in_a_document_runs_or_is_fetched(attack: str) -> None:
    for html in (shown(attack, "", "").html, shown(attack, "", attack).html):
        assert re.search(r"<(script|img|svg|iframe|object|style)", html) is None
        for tag in re.findall(r"<[a-z][^>]*>", html):
            without_values = re.sub(r'"[^"]*"', '""', tag)
            assert re.search(r"\s(on\w+|style|src)=", without_values) is None
        assert all(address.startswith("https://e.org/") for address in re.findall(r'href="([^"]*)"', html))


def test_headings_stand_below_the_title_without_gaps_and_without_repeating_it() -> None:
    html = shown("# Title\n\n### Deep\n\n# Wide\n\ntext", "title", "").html
    assert re.findall(r"<h\d>.*?</h\d>", html) == ["<h2>Deep</h2>", "<h2>Wide</h2>"]


def test_links_keep_their_address_and_pictures_become_words() -> None:
    html = shown("[one](https://e.org/x) [two](../other.md) ![a chart](chart.png)", "", "").html
    assert '<a href="https://e.org/x" rel="noopener noreferrer nofollow">one</a>' in html
    assert "two a chart" in html


def test_of_a_long_document_the_part_around_the_quote_is_shown() -> None:
    text = "\n\n".join(f"Paragraph number {number} says nothing much at all." for number in range(20_000))
    found = shown(text, "", "Paragraph number 15000 says nothing much at all.")
    assert found.partial
    assert found.marked
    assert len(found.html) < 400_000


@pytest.mark.slow
def test_a_quote_made_to_be_slow_is_not() -> None:
    began = time.monotonic()
    shown("a " * 100_000, "", "a b " * 1_000)
    shown("a " * 100_000, "", "a " * 2_000)
    assert time.monotonic() - began < 10
