"""What a message says is read, however it is written and however it is broken."""

import base64
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from pathlib import Path

import pytest

from luodi.mail.decoding import decoded
from luodi.mail.html_text import text_of
from luodi.mail.reading import MOST_FILES, MOST_SUBJECT, MOST_TEXT, Mail, read_mail

WORDS = "我们在北京亦庄看了两处机房。"


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    given = {"From": "Mei Lin <mei@lantern.example>", "To": "case+x@desk.example", "Subject": "Racks"}
    for name, value in {**given, "Message-ID": "<a1@lantern.example>", **headers}.items():
        made[name.replace("_", "-")] = value
    return made


def read(text: str, headers: str = "", body: bytes = b"") -> Mail:
    """A message of one part, written by hand."""
    return read_mail(f"From: mei@lantern.example\r\n{headers}\r\n{text}".encode() + body)


# ---- as programs write them


def test_text_headers_and_a_file() -> None:
    made = message(In_Reply_To="<b2@desk.example>", References="<b1@desk.example> <b2@desk.example>")
    made["Date"] = "Tue, 10 Mar 2026 10:00:00 +0800"
    made.set_content(WORDS)
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="租约.pdf")
    found = read_mail(made.as_bytes())
    assert (found.sender, found.sender_name, found.subject) == ("mei@lantern.example", "Mei Lin", "Racks")
    assert found.text == WORDS and found.recipients == ("case+x@desk.example",)
    assert found.references == ("<b1@desk.example>", "<b2@desk.example>")
    assert found.dated == datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
    assert [(one.name, one.content) for one in found.files] == [("租约.pdf", b"%PDF-1.7")]
    assert not found.automatic and found.notes == ()


def test_plain_text_is_read_where_the_same_stands_beside_it_as_html() -> None:
    made = message()
    made.set_content("plain words")
    made.add_alternative("<p>html words</p>", subtype="html")
    assert read_mail(made.as_bytes()).text == "plain words"


def test_html_alone_becomes_text_without_script_and_without_what_would_be_loaded() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>Two&nbsp;racks</p><script>steal()</script>"
        "<img src='https://spy.example/p.gif'><ul><li>one<li>two</ul>"
        "<a href='https://else.example/'>https://bank.example</a></body></html>"
    )
    made = message()
    made.set_content(page, subtype="html")
    found = read_mail(made.as_bytes())
    assert found.text == "Two racks\n\n- one\n- two\nhttps://bank.example <https://else.example/>"
    assert found.notes == ("html",)


def test_a_forwarded_message_is_read_with_whom_it_is_from() -> None:
    inner, outer = message(Subject="Inner"), message()
    inner.set_content("the inner words")
    outer.set_content("see below")
    outer.add_attachment(inner)
    text = read_mail(outer.as_bytes()).text
    assert text.startswith("see below") and "Subject: Inner" in text and text.endswith("the inner words")


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "big5"])
def test_chinese_in_every_charset_that_mail_has(charset: str) -> None:
    words = "租約" if charset == "big5" else "租约"
    head = f"Subject: {Header(words, charset).encode()}\r\nContent-Type: text/plain; charset={charset}\r\n"
    found = read("", head, words.encode(charset))
    assert (found.subject, found.text, found.notes) == (words, words, ())


def test_a_character_that_was_cut_in_two_by_encoded_words_is_whole_again() -> None:
    raw = "灯屿云计算".encode()
    parts = [base64.b64encode(raw[:4]).decode(), base64.b64encode(raw[4:]).decode()]
    found = read("", f"Subject: =?utf-8?B?{parts[0]}?=\r\n =?UTF-8?B?{parts[1]}?= 2\r\n")
    assert found.subject == "灯屿云计算 2"


# ---- as others write them


@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
@pytest.mark.parametrize("declared", ["us-ascii", "iso-8859-1", "x-unknown", "zip", "unicode_escape", ""])
def test_a_charset_that_is_not_so_is_noticed_and_the_text_is_read(written: str, declared: str) -> None:
    if (written, declared) == ("gb18030", "iso-8859-1"):
        return  # those bytes are Latin-1 as well: see the next one
    head = f"Content-Type: text/plain; charset={declared}\r\n" if declared else ""
    found = read("", head, WORDS.encode(written))
    assert found.text == WORDS and "charset" in found.notes


def test_bytes_of_no_charset_are_kept_as_latin_1() -> None:
    assert decoded(b"caf\xe9 \xff", "iso-8859-1") == ("café ÿ", True)
    assert decoded(b"\xff\xfe\xff", "utf-8") == ("ÿþÿ", False)


def test_chinese_in_headers_without_any_encoding() -> None:
    raw = b"From: " + "李梅".encode("gb18030") + b" <mei@lantern.example>\r\nSubject: " + "租约".encode() + b"\r\n\r\nx"
    found = read_mail(raw)
    assert (found.sender_name, found.subject) == ("李梅", "租约")


def test_signs_that_steer_are_taken_out() -> None:
    found = read("a\0b\x1b[31m\u202egnp.exe", "Subject: Report \u202e?fdp\r\n")
    assert found.text == "ab[31mgnp.exe" and "\u202e" not in found.subject


def test_a_subject_of_ten_kilobytes_is_cut_and_said_to_be() -> None:
    found = read("x", f"Subject: {'a' * 10_000}\r\n")
    assert len(found.subject) == MOST_SUBJECT and found.subject.endswith("…")


def test_a_line_end_in_an_encoded_word_makes_no_second_header() -> None:
    word = base64.b64encode(b"Racks\r\nBcc: all@lantern.example").decode()
    assert read("x", f"Subject: =?utf-8?B?{word}?=\r\n").subject == "Racks Bcc: all@lantern.example"


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "From: \r\n",
        "From: a@x.example, b@x.example\r\n",
        "From: a@x.example\r\nFrom: b@x.example\r\n",
        "From: <@>\r\n",
    ],
)
def test_a_sender_who_is_not_exactly_one_is_nobody(sender: str) -> None:
    assert read_mail(f"{sender}Subject: x\r\n\r\nx".encode()).sender == ""


@pytest.mark.parametrize("day", ["", "yesterday", "Tue, 99 Mar 2026 10:00:00", "1 Jan 1979 00:00:00 +0000", "9" * 400])
def test_a_day_that_is_none_is_left_out(day: str) -> None:
    assert read("x", f"Date: {day}\r\n").dated is None


def test_ten_thousand_parts_in_each_other_are_not_opened() -> None:
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(10_000))
    found = read_mail(b"From: mei@lantern.example\r\nSubject: deep\r\n" + head.encode())
    assert (found.subject, found.notes, found.text) == ("deep", ("nested",), "")


def test_ten_thousand_parts_beside_each_other() -> None:
    part = "--b\r\nContent-Type: image/png\r\n\r\nx\r\n"
    head = "Content-Type: multipart/mixed; boundary=b\r\n"
    found = read(part * 10_000 + "--b--", head)
    assert len(found.files) == MOST_FILES and "files" in found.notes


def test_a_long_text_is_cut_and_said_to_be() -> None:
    found = read("a" * (MOST_TEXT + 1))
    assert len(found.text) == MOST_TEXT and found.notes == ("cut",)
    assert read("a" * MOST_TEXT).notes == ()


def test_only_the_headers_of_what_was_too_large() -> None:
    found = read_mail(b"From: mei@lantern.example\r\nSubject: big\r\n\r\n" + b"x" * 100, whole=False)
    assert (found.sender, found.subject, found.text, found.notes) == ("mei@lantern.example", "big", "", ("large",))


BROKEN = {
    "nothing": b"",
    "one line": b"\xff" * 100,
    "no body": b"From: mei@lantern.example",
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\nwords",
    "end missing": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nwords',
    "base64": b"Content-Transfer-Encoding: base64\r\n\r\n%%%words",
    "encoding": b"Content-Transfer-Encoding: x-odd\r\n\r\nwords",
    "uu": b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\nwords",
    "name": b"Content-Disposition: attachment; filename*=x'y'%zz; filename*1*=%ff\r\n\r\nx",
    "charset": b"Content-Type: text/plain; charset*=utf-9'en'%00%ff\r\n\r\nwords",
    "nul": b'Content-Type: text/plain; charset="a\0b"\r\n\r\nwords\0',
    "words": b"Subject: =?utf-8?B?====?= =?x?q?=ZZ?= =?gb2312?b?1+I?=\r\n\r\nwords",
    "ids": b"Message-ID: <<>>\r\nReferences: <\r\nIn-Reply-To: > <a b> <c@d\r\n\r\nwords",
    "addresses": b'From: "a" <b@c.example\r\nTo: (((((( , ;:<<>>@@\r\n\r\nwords',
    "type": b"Content-Type: ;;;===\r\n\r\nwords",
    "rfc822": b"Content-Type: message/rfc822\r\n\r\n",
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_message_is_read_as_far_as_it_goes(name: str) -> None:
    found = read_mail(BROKEN[name])
    if b"words" in BROKEN[name] and name not in ("base64", "uu"):
        assert "words" in found.text
    assert "\0" not in found.text + found.subject


def test_html_that_never_ends() -> None:
    for page in ("<" * 200_000, "<!--" * 100_000, "<a href='" * 50_000, "<div>" * 100_000, "&#" * 100_000):
        assert len(text_of(page)) <= 400_000
    assert text_of("<!-- a > b -->kept<!DOCTYPE html>") == "kept"


# ---- who sent it, and whether it came before


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return-Path": "<>"},
        {"List-Id": "<news.lantern.example>"},
        {"Content-Type": 'multipart/report; report-type=delivery-status; boundary="b"'},
    ],
)
def test_what_a_program_sent_is_told_from_what_a_person_wrote(headers: dict[str, str]) -> None:
    assert read("x", "".join(f"{name}: {value}\r\n" for name, value in headers.items())).automatic
    assert not read("x", "Auto-Submitted: no\r\n").automatic


def test_the_same_message_by_another_way_has_the_same_fingerprint_and_no_other_has_it() -> None:
    made = message()
    made.set_content("words")
    raw = made.as_bytes()
    again = b"Received: from elsewhere\r\nDelivered-To: b@desk.example\r\n" + raw
    other = raw.replace(b"words", b"other words")  # under the same Message-ID
    found = [read_mail(one).fingerprint for one in (raw, again, other)]
    assert found[0] == found[1] != found[2]


def test_a_name_without_an_ending_gets_that_of_its_kind(tmp_path: Path) -> None:
    head = 'Content-Type: application/pdf; name="lease"\r\n'
    assert read("x", head).files[0].name == "lease.pdf"
    assert read("x", "Content-Type: application/pdf\r\n").files[0].name == "part-1.pdf"
