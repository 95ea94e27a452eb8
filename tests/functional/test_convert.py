"""Files as office programs and browsers write them, made into Markdown."""

import io
import os
import signal
import struct
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

from bot.errors import UnreadableDocument
from bot.sources.convert import convert
from bot.sources.sandbox import Sandbox

LIMITS = [["City", "Limit"], ["Lisbon", "150 euros"], ["Bristol", "120 pounds"]]
LIMITS_TABLE = "| City | Limit |\n| - | - |\n| Lisbon | 150 euros |\n| Bristol | 120 pounds |"


def pdf(*story: object, ruled: bool = True) -> bytes:
    """Return a PDF file with a title, these paragraphs, and a table."""
    styles = getSampleStyleSheet()
    table = Table(LIMITS)
    if ruled:
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    else:
        edges = [("LINEABOVE", 0), ("LINEABOVE", 1), ("LINEBELOW", -1)]
        table.setStyle(TableStyle([(edge, (0, row), (-1, row), 1, "black") for edge, row in edges]))
    buffer = io.BytesIO()
    flow = [Paragraph("Travel policy", styles["Title"]), Paragraph("Hotels", styles["Heading2"])]
    flow += [Paragraph(str(text), styles["BodyText"]) for text in story]
    SimpleDocTemplate(buffer, pagesize=A4).build([*flow, table, Paragraph("That is all.", styles["BodyText"])])
    return buffer.getvalue()


def word() -> bytes:
    """Return a Word file with headings, a list and a table."""
    document = docx.Document()
    document.core_properties.title = "Left over from a template"
    document.add_heading("Travel policy", level=1)
    document.add_paragraph("Última actualización: 2 de marzo de 2026")
    document.add_heading("Hotels", level=2)
    document.add_paragraph("book early", style="List Bullet")
    document.add_paragraph("keep the bill", style="List Bullet")
    table = document.add_table(rows=0, cols=2)
    for row in LIMITS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return saved(document)


def slides() -> bytes:
    """Return a presentation with a title, points and notes."""
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = "Travel policy"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text = "Hotels"
    second.placeholders[1].text = "Book early\nKeep the bill"
    second.notes_slide.notes_text_frame.text = "Say it twice."
    return saved(deck)


def workbook() -> bytes:
    """Return a workbook with a remark above a table, numbers as they are formatted, and a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Limits"
    sheet.append(["Valid from 2026-04-01"])
    sheet.append([])
    sheet.append(["City", "Limit", "Share", "From"])
    sheet.append(["Lisbon", 1500, 0.125, date(2026, 4, 1)])
    sheet["B4"].number_format = "[$€-407] #,##0.00"
    sheet["C4"].number_format = "0.0%"
    hidden = book.create_sheet("Secret")
    hidden.append(["not for you"])
    hidden.sheet_state = "hidden"
    return saved(book)


def mail(*, html: bool = False) -> bytes:
    """Return an e-mail, with its text only as HTML if that is asked for."""
    message = EmailMessage()
    message["Subject"] = "Férias de 2026"
    message["From"] = "Ana Silva <ana@termanza.example>"
    message["To"] = "all@termanza.example"
    message["Date"] = "Mon, 02 Mar 2026 10:15:00 +0100"
    if html:
        message.set_content(
            "<p>Até <b>30 de abril</b>.</p><script>alert(1)</script>", subtype="html", charset="iso-8859-1"
        )
    else:
        message.set_content("Até 30 de abril.\n")
    message.add_attachment(b"...", maintype="application", subtype="pdf", filename="mapa.pdf")
    return message.as_bytes()


PAGE = """<!DOCTYPE html><html><head><title>Travel policy | Intranet</title><style>p {color: red}</style></head><body>
<header><a href="/">Home</a></header><nav><ul><li>Menu</li></ul></nav>
<div><h1>Travel policy</h1><p>Book
   early and keep the <a href="https://example.com/bill">bill</a>.</p>
<table><tr><td rowspan="2">Lisbon</td><td>Hotel</td></tr><tr><td>Meals | drinks</td></tr></table>
<pre>first
  second</pre></div>
<footer>Atualizado em 3 de março de 2026</footer><script>track()</script></body></html>"""


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]  # docx, pptx and openpyxl all save like this
    return buffer.getvalue()


def zipped(size: int) -> bytes:
    """Return an archive whose directory promises a file of this size."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<xml/>")
    data = bytearray(buffer.getvalue())
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, size)
    return bytes(data)


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


class TestText:
    """Markdown, plain text, tables as text and e-mail."""

    def test_front_matter_gives_title_and_date_and_what_it_tells(self) -> None:
        front = "title: On-call pay\nlast_modified: 2026-02-27\nlayout: page\nowner: Platform"
        text = f"---\n{front}\n---\n\n# Other\n\nText."
        found = convert(text.encode(), "x.md")
        assert (found.title, found.modified) == ("On-call pay", datetime(2026, 2, 27, tzinfo=UTC))
        assert found.text == "- Owner: Platform\n\n---\n\n# Other\n\nText."

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


def encrypted_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(72, 720, "Secret")
    canvas.save()
    return buffer.getvalue()


def picture_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(72, 72, 300, 300, fill=1)
    canvas.save()
    return buffer.getvalue()


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


class TestSandbox:
    """Conversion in a process of its own."""

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        with Sandbox(seconds=30) as sandbox:
            yield sandbox

    def test_it_answers_like_a_conversion_in_this_process(self, sandbox: Sandbox) -> None:
        for data, name in [(pdf(), "a.pdf"), (mail(), "b.eml"), (b"# C\n\nText.", "c.md"), (PAGE.encode(), "d.html")]:
            assert sandbox(data, name) == convert(data, name)
        with pytest.raises(UnreadableDocument, match="password"):
            sandbox(encrypted_pdf(), "locked.pdf")

    def test_what_takes_too_long_is_given_up_and_the_next_file_goes_in(self) -> None:
        pages = [element for number in range(400) for element in (Paragraph(f"Page {number} " * 60), PageBreak())]
        buffer = io.BytesIO()
        SimpleDocTemplate(buffer).build(pages)
        with Sandbox(seconds=0.5) as sandbox:
            with pytest.raises(UnreadableDocument, match=r"longer than 0\.5 seconds"):
                sandbox(buffer.getvalue(), "long.pdf")
            assert sandbox(b"<p>Fine.</p>", "next.html").text == "Fine."

    def test_what_needs_too_much_memory_is_given_up(self) -> None:
        with Sandbox(memory=400 * 2**20) as sandbox:
            with pytest.raises(UnreadableDocument, match=r"memory|crashed"):
                sandbox(b"x,y\n" * 15_000_000, "huge.csv")
            assert sandbox(b"<p>Fine.</p>", "next.html").text == "Fine."

    def test_a_child_that_died_is_replaced(self, sandbox: Sandbox) -> None:
        before = children()
        sandbox(b"<p>One.</p>", "one.html")
        (child,) = set(children()) - set(before)
        os.kill(child, signal.SIGKILL)
        time.sleep(0.2)
        assert sandbox(b"<p>Two.</p>", "two.html").text == "Two."

    def test_nothing_is_left_behind(self) -> None:
        before = children()
        with Sandbox() as sandbox:
            sandbox(b"<p>One.</p>", "one.html")
            assert len(children()) == len(before) + 1
        assert children() == before
        sandbox.close()


def children() -> list[int]:
    """Return the processes whose parent this one is."""
    text = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return [int(number) for number in text.split()]
