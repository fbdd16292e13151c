"""Files for tests: good ones as programs write them, and what somebody might make of them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{main}"/>{more}</Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_RELATION = '<Relationship Id="r1" Type="http://example.org/relationships/{}" Target="{}" TargetMode="{}"/>'


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int = 2, height: int = 2, rows: bytes | None = None) -> bytes:
    """Grey, of eight bits; `rows` are what is packed in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(b"\0" * (height * (width + 1)) if rows is None else rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def jpeg(width: int = 1, height: int = 1, scan: bytes = b"\x12\xff\x00\x34\xff\xd0\x56" * 4) -> bytes:
    """The segments of one, with a scan that a decoder would read as noise."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB3B", 11, 8, height, width, 1, 1, 0x11, 0)
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return head + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + scan + b"\xff\xd9"


PNG = png()
JPEG = jpeg()
CSV = "名称,金额\n灯屿,100\n".encode()


def relation(kind: str, target: str = "https://elsewhere.example/x", mode: str = "External") -> str:
    return _RELS.format(_RELATION.format(kind, target, mode))


def archive(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(parts: dict[str, bytes | str] | None = None, *, types: str = "", text: str = "<w:t>Plan</w:t>") -> bytes:
    main = _TYPES.format(part="word/document.xml", main="wordprocessingml.document.main+xml", more=types)
    whole: dict[str, bytes | str] = {
        "[Content_Types].xml": main,
        "_rels/.rels": relation("officeDocument", "word/document.xml", "Internal"),
        "word/document.xml": f"<w:document>{text}</w:document>",
    }
    return archive({**whole, **(parts or {})})


def xlsx(parts: dict[str, bytes | str] | None = None, *, types: str = "") -> bytes:
    main = _TYPES.format(part="xl/workbook.xml", main="spreadsheetml.sheet.main+xml", more=types)
    whole: dict[str, bytes | str] = {"[Content_Types].xml": main, "xl/workbook.xml": "<workbook/>"}
    return archive({**whole, **(parts or {})})


def pdf(
    inside: bytes = b"", *, hidden: bytes = b"", head: bytes = b"/Filter /FlateDecode", packed: bool = True
) -> bytes:
    """A small one; `inside` stands in an object, `hidden` in an object stream."""
    stream = zlib.compress(hidden) if packed else hidden
    kept = b"3 0 obj << /Type /ObjStm /N 1 /First 4 " + head + b" >> stream\r\n" + stream + b"\r\nendstream endobj\n"
    return (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj << /Type /Catalog /Pages 2 0 R "
        + inside
        + b" >> endobj\n2 0 obj << /Type /Pages /Kids [9 0 R] /Count 1 >> endobj\n"
        + b"9 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >> endobj\n"
        + (kept if hidden else b"")
        + b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
    )


GOOD: dict[str, Callable[[], bytes]] = {
    "plan.pdf": pdf,
    "seal.png": lambda: PNG,
    "photo.jpg": lambda: JPEG,
    "photo.JPEG": lambda: JPEG,
    "table.xlsx": xlsx,
    "letter.docx": docx,
    "rows.csv": lambda: CSV,
    "note.txt": lambda: "您好\n".encode(),
    "gb.txt": lambda: "备案说明".encode("gb18030"),
    "excel.csv": lambda: "a\tb\n".encode("utf-16"),
}
