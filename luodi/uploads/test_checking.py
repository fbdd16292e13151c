"""What is taken and what is not: files that lie, that run, that unpack without end, that are cut off."""

import io
import struct
import zipfile
from contextlib import suppress

import pytest

from luodi.uploads import office, pdf, pictures
from luodi.uploads.checking import Checked, checked, clean_name
from luodi.uploads.conftest import CSV, GOOD, JPEG, PNG, archive, docx, jpeg, png, relation, xlsx
from luodi.uploads.conftest import pdf as made_pdf
from luodi.uploads.kinds import ENDINGS, Kind, RefusedFile

LIMIT = 1_000_000


def look(name: str, content: bytes) -> Checked:
    return checked(io.BytesIO(content), name, limit=LIMIT)


def why(name: str, content: bytes) -> str:
    with pytest.raises(RefusedFile) as refused:
        look(name, content)
    problem = refused.value
    assert problem.message.reason == f"files.refused-{problem.why}"
    assert problem.message.said("zh") != problem.message.said("en")
    return problem.why


@pytest.mark.parametrize("name", list(GOOD))
def test_each_kind_is_taken_as_what_it_is(name: str) -> None:
    content = GOOD[name]()
    found = look(name, content)
    assert found.kind == ENDINGS[name.rpartition(".")[2].lower()] and found.size == len(content)
    assert found.file.read() == content and found.flags == ()


# ---- what lies


@pytest.mark.parametrize(
    "name", ["run.exe", "page.html", "old.doc", "macro.xlsm", "picture.svg", "x.pdf.js", "none", ""]
)
def test_other_kinds_are_not_taken(name: str) -> None:
    assert why(name, made_pdf()) == "kind"


@pytest.mark.parametrize("claimed", list(ENDINGS))
def test_a_file_that_lies_about_its_kind_is_refused(claimed: str) -> None:
    """Each content under each other ending; text and a table as text are the same to look at."""
    for name in GOOD:
        kind, said = ENDINGS[name.rpartition(".")[2].lower()], ENDINGS[claimed]
        if kind is not said and not (kind.is_text and said.is_text):
            assert why(f"x.{claimed}", GOOD[name]()) in ("lies", "damaged"), (name, claimed)


@pytest.mark.parametrize(
    "content", [b"MZ\x90\0" + b"\0" * 99, b"\x7fELF" + b"\1" * 99, b"a\0b", b"\x1b[2J", b"PK\3\4abc"]
)
def test_a_program_is_no_text(content: bytes) -> None:
    assert why("note.txt", content) == "lies"


def test_an_archive_is_no_document_because_it_says_so() -> None:
    assert why("letter.docx", archive({"word/document.xml": "x"})) == "lies"
    assert why("letter.docx", xlsx()) == "lies" and why("table.xlsx", docx()) == "lies"
    assert why("letter.docx", b"MZ" + docx()) == "lies"


def test_a_text_in_no_known_encoding_is_refused() -> None:
    assert why("note.txt", b"caf\xff\xff\xff") == "encoding"


# ---- how much


def test_the_limit_itself_is_taken_and_one_byte_more_is_not() -> None:
    assert look("a.txt", b"a" * LIMIT).size == LIMIT
    assert why("a.txt", b"a" * (LIMIT + 1)) == "large"
    assert why("a.txt", b"") == "empty"


def test_what_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = docx({"word/media/a.png": b"\0" * 60_000_000})
    assert len(bomb) < 100_000 and why("bomb.docx", bomb) == "bomb"
    monkeypatch.setattr(office, "UNPACKED", 1_000)
    assert why("small.docx", docx({"word/media/a.png": bytes(range(256)) * 4})) == "bomb"


def test_an_archive_with_endless_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "ENTRIES", 4)
    assert look("a.docx", docx({"word/a.txt": "x"})).kind is Kind.DOCX
    assert why("a.docx", docx({"word/a.txt": "x", "word/b.txt": "x"})) == "bomb"


def test_a_size_that_its_head_hides_is_counted_as_it_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory says that a part has 10 bytes; more come out."""
    monkeypatch.setattr(office, "UNPACKED", 100_000)
    whole = bytearray(docx({"word/z.bin.png": b"\0" * 400_000}))
    place = whole.rfind(b"PK\1\2")
    whole[place + 24 : place + 28] = struct.pack("<I", 10)
    assert why("a.docx", bytes(whole)) in ("bomb", "damaged")


def test_a_stream_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST", 10_000)
    assert look("a.pdf", made_pdf(hidden=b" " * 10_000)).kind is Kind.PDF
    assert why("a.pdf", made_pdf(hidden=b" " * 10_001)) == "bomb"


# ---- what runs


@pytest.mark.parametrize(
    "content",
    [
        docx({"word/vbaProject.bin": b"x"}),
        xlsx({"xl/vbaProject.bin": b"x"}),
        docx({"word/activeX/a.xml": "<a/>"}),
        docx({"word/embeddings/oleObject1.bin": b"x"}),
        docx({"word/embeddings/a.exe": b"MZ"}),
        xlsx({"xl/macrosheets/sheet1.xml": "<a/>"}),
        docx({"customUI/run.js": "x"}),
        docx(types='<Default Extension="q" ContentType="application/vnd.ms-office.vbaProject"/>'),
        docx(types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        docx({"word/_rels/settings.xml.rels": relation("attachedTemplate")}),
        docx({"word/_rels/document.xml.rels": relation("oleObject")}),
        docx({"word/_rels/document.xml.rels": relation("frame")}),
        docx({"word/_rels/document.xml.rels": relation("attachedTemplate").encode("utf-16")}),
        xlsx({"xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink ddeService='cmd'/></externalLink>"}),
        docx(text="<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\\\cmd.exe</w:instrText>"),
        docx(text='<w:fldSimple w:instr="DDEAUTO x"/>'),
        docx({"word/embeddings/inner.xlsx": xlsx({"xl/vbaProject.bin": b"x"})}),
        docx({"word/embeddings/inner.xlsx": b"no archive"}),
    ],
)
def test_an_office_file_that_runs_something_is_refused(content: bytes) -> None:
    name = "a.xlsx" if b"xl/workbook.xml" in content[:300] else "a.docx"
    assert why(name, content) in ("active", "damaged")


@pytest.mark.parametrize(
    "content",
    [
        made_pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"),
        made_pdf(b"/S /J#61vaScript"),
        made_pdf(b"/S /Launch /F (cmd.exe)"),
        made_pdf(b"/RichMedia"),
        made_pdf(hidden=b"4 0 << /S /JavaScript /JS (x) >>"),
        made_pdf(hidden=b"<< /S /J#61v#61Script >>"),
    ],
)
def test_a_pdf_that_runs_something_is_refused(content: bytes) -> None:
    assert why("a.pdf", content) == "active"


def test_what_a_pdf_hides_from_being_looked_at_is_refused() -> None:
    assert why("a.pdf", made_pdf(hidden=b"x", head=b"/Filter /LZWDecode")) == "opaque"
    assert why("a.pdf", made_pdf(hidden=b"x", head=b"/Filter 9 0 R")) == "opaque"
    assert why("a.pdf", made_pdf(hidden=b"x", head=b"/Filter [/ASCIIHexDecode /FlateDecode]")) == "opaque"
    assert why("a.pdf", made_pdf(hidden=b"not packed", packed=False)) == "damaged"


def test_a_name_in_the_text_of_a_pdf_is_no_name_of_an_act() -> None:
    assert look("a.pdf", made_pdf(b"/Title (JavaScript for beginners) /JavaScripts 1")).flags == ()


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", '"x",@SUM|a!b', "+cmd|' /C x'!A0"])
def test_a_table_that_calls_a_program_is_refused(cell: str) -> None:
    assert why("a.csv", f"name,value\n{cell},1\n".encode()) == "active"
    assert look("a.csv", b"name,value\n=A1+B1,-5\n").kind is Kind.CSV


# ---- what its reader should know


@pytest.mark.parametrize(
    ("name", "content", "flags"),
    [
        ("a.pdf", made_pdf(b"/Names << /EmbeddedFiles 5 0 R >>"), ("attachments",)),
        ("a.pdf", made_pdf(hidden=b"<< /AcroForm << /XFA 3 0 R >> >>"), ("forms",)),
        ("a.pdf", made_pdf(b"/Encrypt 9 0 R", hidden=b"unreadable", packed=False), ("sealed",)),
        ("a.docx", docx({"word/embeddings/a.xlsx": xlsx()}), ("attachments",)),
        ("a.docx", docx({"word/_rels/document.xml.rels": relation("hyperlink")}), ()),
        ("a.xlsx", xlsx({"xl/externalLinks/_rels/a.xml.rels": relation("externalLinkPath")}), ("links",)),
        ("a.xlsx", xlsx({"xl/printerSettings/printerSettings1.bin": b"x"}), ()),
    ],
)
def test_what_is_harmless_by_itself_is_taken_with_a_flag(name: str, content: bytes, flags: tuple[str, ...]) -> None:
    assert look(name, content).flags == flags


# ---- what is cut off or odd


@pytest.mark.parametrize("name", ["plan.pdf", "table.xlsx", "letter.docx"])
def test_a_file_that_was_cut_off_is_refused(name: str) -> None:
    content = GOOD[name]()
    assert why(name, content[: len(content) // 2]) == "damaged"


def test_names_in_an_archive_that_lead_elsewhere_are_refused() -> None:
    for odd in ("../../evil.xml", "/etc/x", "word\\x.xml"):
        assert why("a.docx", docx({odd: "x"})) == "damaged"
    assert why("a.docx", docx({"word/_rels/a.rels": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"})) == "damaged"
    assert why("a.docx", docx({"word/_rels/a.rels": "<a>"})) == "damaged"


def test_every_way_of_cutting_an_archive_is_reported_and_no_fault_of_ours() -> None:
    whole = docx({"word/embeddings/a.xlsx": xlsx()})
    for place in range(4, len(whole), 37):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        with pytest.raises(RefusedFile):
            look("a.docx", whole[:place])
        with suppress(RefusedFile):  # a byte that nobody reads may be another; any other error is ours
            look("a.docx", bytes(broken))


def test_two_parts_of_one_name_are_refused() -> None:
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as more, pytest.warns(UserWarning):
        more.writestr("word/document.xml", "<other/>")
    assert why("a.docx", out.getvalue()) == "damaged"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/plan.pdf", "plan.pdf"),
        ("C:\\files\\计划.pdf", "计划.pdf"),
        ("gnp.‮fdp.pdf", "gnp.fdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        (" .pdf", "pdf"),
        ("x" * 400 + ".pdf", "x" * 147 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_what_steers_its_reader(given: str, name: str) -> None:
    assert clean_name(given) == name


def test_a_picture_is_what_it_is() -> None:
    assert (look("a.png", PNG).kind, look("a.jpg", JPEG).kind, look("a.csv", CSV).kind) == ("png", "jpeg", "csv")


# ---- pictures and pages that are not whole


@pytest.mark.parametrize("name", ["seal.png", "photo.jpg", "plan.pdf", "table.xlsx", "letter.docx"])
def test_a_file_that_is_cut_off_anywhere_is_refused(name: str) -> None:
    whole = GOOD[name]()
    least = whole.rindex(b"%%EOF") if name.endswith("pdf") else len(whole) - 1  # what follows the mark says nothing
    for size in range(1, least + 1, 7):
        assert why(name, whole[:size]) in ("damaged", "lies"), size


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.png", PNG.replace(b"IEND", b"IENX"), "damaged"),
        ("a.png", png(0, 5), "damaged"),
        ("a.png", png(rows=b"\0"), "damaged"),
        ("a.png", png(50_000, 50_000, b""), "bomb"),
        ("a.png", png(rows=b"\0" * 2_000_000), "bomb"),
        ("a.jpg", jpeg(0, 5), "damaged"),
        ("a.jpg", jpeg(65_000, 65_000), "bomb"),
        ("a.jpg", JPEG.replace(b"\xff\xc0", b"\xff\xe1"), "damaged"),
        ("a.jpg", JPEG[:-2] + b"\0\0", "damaged"),
        ("a.pdf", b"%PDF-1.4\n%%EOF", "damaged"),
        ("a.pdf", b"%PDF-1.4\n" + b"1 0 obj << /Type /Catalog >> endobj\n" * 9 + b"%%EOF", "damaged"),
    ],
)
def test_a_picture_or_page_that_shows_nothing_is_refused(name: str, content: bytes, reason: str) -> None:
    assert why(name, content) == reason


def test_what_follows_the_end_of_a_picture_does_not_matter() -> None:
    """Cameras append a small copy or notes of their own."""
    assert look("a.jpg", JPEG + b"\0" * 20).kind is Kind.JPEG and look("a.png", PNG + b"x").kind is Kind.PNG


def test_the_largest_picture_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100)
    assert look("a.jpg", jpeg(10, 10)).kind is Kind.JPEG and why("a.jpg", jpeg(101, 1)) == "bomb"
