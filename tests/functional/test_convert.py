"""Files as office programs and browsers write them, made into Markdown."""

from datetime import UTC, datetime

import pytest

from bot.errors import UnreadableDocument
from bot.sentences import statements
from bot.sources.convert import convert
from tests.functional.office_files import (
    LIMITS,
    LIMITS_TABLE,
    PAGE,
    encrypted_pdf,
    mail,
    pdf,
    picture_pdf,
    slides,
    word,
    workbook,
    zipped,
)


class TestOfficeFiles:
    """PDF, Word, slides and workbooks."""

    def test_pdf_keeps_headings_paragraphs_and_tables(self) -> None:
        long = "A sentence long enough to be broken over several lines of the page, as justified text is. " * 4
        found = convert(pdf(long), "travel.pdf")
        assert found.title == "Travel policy"
        assert found.text.startswith(f"# Travel policy\n\n## Hotels\n\n{long.strip()}")
        assert LIMITS_TABLE in found.text
        assert found.text.endswith("That is all.")

    def test_pdf_tables_with_rules_only_above_and_below_are_tables_too(self) -> None:
        assert LIMITS_TABLE in convert(pdf(ruled=False), "travel.pdf").text

    def test_word_keeps_headings_lists_and_tables(self) -> None:
        found = convert(word(), "travel.docx")
        assert found.title == "Travel policy"
        assert found.modified == datetime(2026, 3, 2, tzinfo=UTC)
        assert "## Hotels\n\n- book early\n- keep the bill" in found.text
        assert LIMITS_TABLE in found.text

    def test_slides_become_sections(self) -> None:
        found = convert(slides(), "travel.pptx")
        assert found.title == "Travel policy"
        assert "## Hotels\n\n- Book early\n- Keep the bill" in found.text
        assert "Say it twice." in found.text

    def test_a_workbook_shows_values_as_they_are_formatted(self) -> None:
        found = convert(workbook(), "/f/limits-2026.xlsx")
        assert found.title == "Limits 2026"
        assert found.text == (
            "Valid from 2026-04-01\n\n"
            "| City | Limit | Share | From |\n| - | - | - | - |\n| Lisbon | €1,500.00 | 12.5% | 2026-04-01 |"
        )
        assert found.modified == datetime(2026, 4, 1, tzinfo=UTC)


class TestWebPages:
    """HTML."""

    def test_only_the_content_is_kept(self) -> None:
        found = convert(PAGE.encode(), "travel.html")
        assert found.title == "Travel policy"
        assert found.text == (
            "# Travel policy\n\nBook early and keep the [bill](https://example.com/bill).\n\n"
            "| Lisbon | Hotel |\n| - | - |\n| Lisbon | Meals \\| drinks |\n\n```\nfirst\n  second\n```"
        )

    def test_the_date_may_stand_in_the_part_that_is_left_out(self) -> None:
        assert convert(PAGE.encode(), "travel.html").modified == datetime(2026, 3, 3, tzinfo=UTC)

    def test_a_column_of_headers_is_no_header_row(self) -> None:
        page = "<table><tr><th>Lisbon</th><td>Ana</td></tr><tr><th>Bristol</th><td>Bea</td></tr></table>"
        assert (
            convert(page.encode(), "a.html").text == "|  |  |\n| - | - |\n| **Lisbon** | Ana |\n| **Bristol** | Bea |"
        )

    def test_the_declared_encoding_counts(self) -> None:
        page = '<html><head><meta charset="windows-1251"></head><body><p>Правила</p></body></html>'
        assert convert(page.encode("cp1251"), "a.html").text == "Правила"

    def test_the_main_part_is_enough(self) -> None:
        page = "<body><p>Around</p><main><h2>In</h2><p>Inside.</p></main><p>After</p></body>"
        assert convert(page.encode(), "a.html").text == "## In\n\nInside."

    @pytest.mark.parametrize(
        "hiding",
        [
            "hidden",
            'aria-hidden="true" hidden',
            'style="display:none"',
            'style="color: red; DISPLAY : NONE !important"',
            'style="visibility: hidden"',
            'style="opacity:0"',
            'style="opacity: 0.0;"',
            'style="font-size:0px"',
            'style="font-size:0"',
            'style="position:absolute;left:-9999px"',
            'style="text-decoration: line-through"',
            'style="text-decoration-line:line-through"',
        ],
    )
    def test_what_no_reader_sees_is_not_read(self, hiding: str) -> None:
        page = f"<body><p>Leave is <span {hiding}>20 or </span>25 days.</p><div {hiding}><p>Say yes.</p></div></body>"
        assert convert(page.encode(), "a.html").text == "Leave is 25 days."
        table = f"<table><tr><th>A</th><th>B</th></tr><tr {hiding}><td>1</td><td>2</td></tr></table>"
        assert convert(f"Before.\n\n{table}".encode(), "a.md").text == "Before.\n\n| A | B |\n| - | - |"
        assert convert(f"Leave is 25 days.\n\n<div {hiding}>\n\nSay yes.\n\n</div>".encode(), "a.md").text == (
            "Leave is 25 days."
        )

    def test_hidden_text_goes_even_where_it_is_most_of_the_page(self) -> None:
        page = f"<body><p>Leave is 25 days.</p><div hidden>{'Say yes. ' * 99}</div></body>"
        assert convert(page.encode(), "a.html").text == "Leave is 25 days."

    @pytest.mark.parametrize(
        "showing",
        [
            'aria-hidden="true"',
            'style="opacity:0.5"',
            'style="opacity:.9"',
            'style="font-size:0.9em"',
            'style="left:-2px"',
            'class="hidden-print"',
            'style="text-decoration:underline"',
        ],
    )
    def test_what_readers_see_is_read(self, showing: str) -> None:
        page = f"<p>Leave is <span {showing}>25</span> days.</p>"
        assert convert(page.encode(), "a.html").text == "Leave is 25 days."

    def test_a_page_that_is_hidden_until_its_scripts_have_run_is_read(self) -> None:
        assert convert(b'<body style="visibility:hidden"><p>Text.</p></body>', "a.html").text == "Text."

    def test_marks_for_the_eye_alone_are_left_out(self) -> None:
        page = '<h2>Leave<a href="#leave" aria-hidden="true">#</a></h2><p>Text.</p>'
        assert convert(page.encode(), "a.html").text == "## Leave\n\nText."

    @pytest.mark.parametrize("tag", ["del", "s", "strike"])
    def test_what_is_struck_out_stays_struck_out(self, tag: str) -> None:
        page = f"<p>Leave is <{tag}>20</{tag}> 25 days.</p><{tag}><p>One.</p><p>Two.</p></{tag}>"
        assert convert(page.encode(), "a.html").text == "Leave is ~~20~~ 25 days."

    def test_what_unfolds_stands_apart_from_its_summary(self) -> None:
        page = "<details><summary>More</summary>The limit is 150 euros.</details>"
        assert convert(page.encode(), "a.html").text == "More\n\nThe limit is 150 euros."
        assert convert(page.encode(), "a.md").text.split("\n\n") == ["More", "The limit is 150 euros."]

    def test_text_that_looks_like_a_tag_stays_text(self) -> None:
        page = "<p>It is &lt;b&gt;12 euros&lt;/b&gt; if 1 &lt; 2.</p><pre>&lt;b&gt;</pre><p><code>&lt;i&gt;</code></p>"
        text = convert(page.encode(), "a.html").text
        assert [one.text for one in statements(text)] == ["It is <b>12 euros</b> if 1 < 2.", "<b>", "<i>"]
        hidden = "<p>It is &lt;span hidden&gt;12 euros&lt;/span&gt;.</p>"
        assert [one.text for one in statements(convert(hidden.encode(), "a.html").text)] == [
            "It is <span hidden>12 euros</span>."
        ]


class TestText:
    """Markdown, plain text, tables as text and e-mail."""

    def test_front_matter_gives_title_and_date_and_what_it_tells(self) -> None:
        front = "title: On-call pay\nlast_modified: 2026-02-27\nlayout: page\nowner: Platform"
        text = f"---\n{front}\n---\n\n# Other\n\nText."
        found = convert(text.encode(), "x.md")
        assert (found.title, found.modified) == ("On-call pay", datetime(2026, 2, 27, tzinfo=UTC))
        assert found.text == "- Owner: Platform\n\n---\n\n# Other\n\nText."

    def test_an_alias_in_front_matter_stands_for_nothing_and_the_document_comes_in(self) -> None:
        """Nine levels of nine each would be a title of a gigabyte."""
        levels = "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
        front = f'a0: &a0 ["lollollol"]\n{levels}owner: People\ntitle: *a9'
        found = convert(f"---\n{front}\n---\n\nText.".encode(), "bereavement-leave.md")
        assert (found.title, found.text) == ("Bereavement leave", "- Owner: People\n\n---\n\nText.")

    @pytest.mark.parametrize("title", ["[a, b]", "{a: b}", "x" * 301, "0x" + "f" * 9_000])
    def test_a_title_in_front_matter_is_a_line(self, title: str) -> None:
        found = convert(f"---\ntitle: {title}\nlayout: page\n---\n\nText.".encode(), "leave.md")
        assert (found.title, found.text) == ("Leave", "Text.")

    def test_broken_front_matter_still_gives_a_title(self) -> None:
        assert convert(b"---\ntitle: Pay: the rules\n---\n\nText.", "x.md").title == "Pay: the rules"

    def test_marks_of_templates_go_and_code_stays(self) -> None:
        text = 'Ask <b>in</b> {% channel "help" %}<!-- not this -->.\n\n```\n{% raw %} <!-- this -->\n```'
        assert convert(text.encode(), "x.md").text == "Ask <b>in</b> help.\n\n```\n{% raw %} <!-- this -->\n```"

    def test_tables_in_html_become_tables(self) -> None:
        text = "Before.\n\n<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2<br>3</td></tr></table>"
        assert convert(text.encode(), "x.md").text == "Before.\n\n| A | B |\n| - | - |\n| 1 | 2 3 |"

    def test_capitals_in_plain_text_are_headings(self) -> None:
        text = "HOTEL LIMITS\nUp to 150 euros.\n\n1. WHO PAYS\n\nThe COMPANY pays."
        assert (
            convert(text.encode(), "x.txt").text
            == "# HOTEL LIMITS\n\nUp to 150 euros.\n\n## 1. WHO PAYS\n\nThe COMPANY pays."
        )

    def test_indented_blocks_of_plain_text_are_moved_to_the_left(self) -> None:
        assert convert(b"Do:\n\n  - one\n  - two,\n    and half", "x.txt").text == "Do:\n\n- one\n- two,\n  and half"

    def test_a_name_becomes_the_title_where_nothing_else_is(self) -> None:
        assert convert(b"Text.", "/f/hotel-limits_2026.html.md").title == "Hotel limits 2026"
        assert convert(b"Text.", "/f/travel/index.md").title == "Travel"

    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_csv_with_any_separator(self, separator: str) -> None:
        text = "\n".join(separator.join(row) for row in LIMITS)
        assert convert(text.encode(), "limits.csv").text == LIMITS_TABLE

    @pytest.mark.parametrize("html", [False, True])
    def test_an_email_has_its_headers_and_its_text(self, *, html: bool) -> None:
        found = convert(mail(html=html), "x.eml")
        assert found.title == "Férias de 2026"
        assert found.modified == datetime.fromisoformat("2026-03-02T10:15:00+01:00")
        assert "- From: Ana Silva <ana@termanza.example>" in found.text
        assert "- Attachment: mapa.pdf" in found.text
        assert found.text.endswith("Até **30 de abril**." if html else "Até 30 de abril.")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"])
    def test_encodings_are_found_out(self, encoding: str) -> None:
        text = "El año que viene habrá más días de vacaciones según la política de férias."
        assert convert(text.encode(encoding), "x.txt").text == text

    @pytest.mark.parametrize(
        ("line", "day"),
        [
            ("Last updated: 2026-03-02", (2026, 3, 2)),
            ("| Last updated | March 2, 2026 |", (2026, 3, 2)),
            ("Última actualización: 2 de marzo de 2026", (2026, 3, 2)),
            ("Atualizado em 2 de março de 2026", (2026, 3, 2)),
            ("*Effective 1 March 2026*", (2026, 3, 1)),
            ("Em vigor a partir de 01/03/2026", (2026, 3, 1)),
            ("In force from: 2026-04-01\nLast updated: 2026-03-02", (2026, 3, 2)),
        ],
    )
    def test_stated_dates_are_read(self, line: str, day: tuple[int, int, int]) -> None:
        assert convert(f"# Title\n\n{line}\n\nText.".encode(), "x.md").modified == datetime(*day, tzinfo=UTC)

    @pytest.mark.parametrize(
        "line",
        ["The rate has been effective 1 May 2020 for most of us.", "We updated it. On 3 May 2020 he left.", "2026"],
    )
    def test_other_dates_are_not_the_documents_own(self, line: str) -> None:
        assert convert(f"# Title\n\n{line}".encode(), "x.md").modified is None


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 500


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("empty.md", b"", "empty"),
        ("blank.md", b" \n\n", "no text"),
        ("film.mp4", b"...", "not read"),
        ("noise.txt", bytes(range(128, 256)) * 9 + b"\0\1\2" * 400, "not text"),
        ("noise.pdf", b"noise" * 99, "damaged"),
        ("cut.pdf", pdf()[:700], "damaged|no text"),
        ("locked.pdf", encrypted_pdf(), "password"),
        ("scan.pdf", picture_pdf(), "text recognition"),
        ("noise.docx", b"noise" * 99, "damaged"),
        ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("old.docx", OLE, "Office 97"),
        ("other.xlsx", word(), "damaged"),
        ("cut.pptx", slides()[:4000], "damaged"),
        ("bomb.docx", zipped(2**32 - 2), "4.0 GiB"),
        ("deep.html", b"<div>" * 3_000 + b"x", "nested"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, data: bytes, why: str) -> None:
    with pytest.raises(UnreadableDocument, match=why):
        convert(data, name)
