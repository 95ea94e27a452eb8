"""Files as office programs, browsers and mail programs write them."""

import io
import struct
import zipfile
from datetime import date
from email.message import EmailMessage

import docx
import openpyxl
import pptx
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

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
