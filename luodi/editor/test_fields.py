"""A row of a book as a form and back: untouched it is the same file, touched it is what was typed."""

from typing import Any

import pytest

from luodi.editions import shipped
from luodi.editor.archive import files_of
from luodi.editor.editing import changed, form_of
from luodi.editor.fields import ABSENT, Field, Group, Refused, read, shown
from luodi.editor.rows import Row, rows, shape_in
from luodi.editor.shapes import Both, Lines, Many, Named, Raw, Record, Text, shape_of

BOOKS = {name: files_of(folder) for name, folder in shipped().items()}
EVERY = [(book, file) for book, files in BOOKS.items() for file in files if file.endswith(".yaml")]


def as_sent(form: Group | Field) -> dict[str, str]:
    """What a browser sends of a form that nobody touched: every field, with its own line ends."""
    fields = [form] if isinstance(form, Field) else list(form.fields())
    sent = {field.name: field.value.replace("\n", "\r\n") for field in fields}
    assert len(sent) == len(fields), "two fields have one name"
    return sent


def parts_of(file: str) -> list[Row]:
    return rows(BOOKS[file.split("/")[0]][file.split("/", 1)[1]], file.split("/", 1)[1])


@pytest.mark.parametrize(("book", "file"), EVERY)
def test_a_form_that_nobody_touched_says_what_the_row_says(book, file):
    files = BOOKS[book]
    whole = shape_in(files, file)
    for row in rows(files[file], file):
        shape = shape_in(files, file, row.key) if isinstance(whole, Raw) else whole
        refused = Refused()
        assert read(shape, row.value, as_sent(shown(shape, row.value)), "", refused) == row.value
        assert not refused.faults


@pytest.mark.parametrize(("book", "file"), EVERY)
def test_an_untouched_form_writes_the_file_byte_for_byte(book, file):
    files = BOOKS[book]
    found = rows(files[file], file)
    for row in (found[0], found[len(found) // 2], found[-1]):
        edit = changed(files, file, row.key, as_sent(form_of(files, file, row.key)))
        assert edit.files[file] == files[file] and not edit.touched and not edit.faults


@pytest.mark.parametrize(("book", "file"), [pair for pair in EVERY if pair[1].startswith("rules/")])
def test_each_text_of_a_rule_can_be_changed_by_its_field_alone(book, file):
    files = BOOKS[book]
    row = rows(files[file], file)[-1]
    form = form_of(files, file, row.key)
    texts = [f for f in form.fields() if f.kind in ("text", "long") and f.value and f.name != "id"]
    for field in texts[:: max(1, len(texts) // 5)]:
        edit = changed(files, file, row.key, {**as_sent(form), field.name: "Something: else, 'quoted'"})
        after = edit.row.value
        assert not edit.faults and after != row.value, field.name
        again = {f.name: f.value for f in form_of(edit.files, file, row.key).fields()}
        assert again[field.name] == "Something: else, 'quoted'"
        untouched = {f.name for f in form.fields() if f.value} - {field.name}
        before = {f.name: f.value for f in form.fields()}
        both = {field.name.removesuffix(".zh") + ".en", field.name.removesuffix(".en") + ".zh"}
        assert {n: again.get(n) for n in untouched - both} == {n: before[n] for n in untouched - both}


def test_the_fields_of_a_rule_stand_in_the_order_of_the_reference():
    files = BOOKS["policies"]
    names = [part.name for part in form_of(files, "rules/national.yaml", "cn-cit-hnte-15").parts]
    assert (
        names.index("title") < names.index("from") < names.index("when") < names.index("gives") < names.index("basis")
    )
    assert {"review_by", "unit", "confidence", "note"} <= set(names)


# ---- shapes, each at its edges


def back(shape: Any, value: Any, **given: str) -> Any:
    return read(shape, value, {**as_sent(shown(shape, value, "x")), **given}, "x", Refused())


def test_a_blank_text_takes_the_key_away_and_a_blank_one_that_was_not_there_adds_none():
    record = Record({"a": Text(), "b": Text()})
    assert back(record, {"a": "1", "b": "2"}, **{"x.b": "  "}) == {"a": "1"}
    assert back(record, {"a": "1"}) == {"a": "1"}
    assert back(record, {"a": "1", "b": None}) == {"a": "1", "b": None}


def test_a_new_key_stands_where_the_shape_has_it():
    record = Record({"a": Text(), "b": Text(), "c": Text()})
    assert list(back(record, {"a": "1", "c": "3"}, **{"x.b": "2"})) == ["a", "b", "c"]


def test_a_plain_text_becomes_one_in_both_languages_when_one_of_them_changes():
    assert back(Both(), "same") == "same"
    assert back(Both(), "same", **{"x.en": "other"}) == {"zh": "same", "en": "other"}


def test_lines_keep_a_single_text_single_and_become_a_list_with_the_second():
    assert back(Lines(), "a") == "a"
    assert back(Lines(), "a", x="b\r\n") == "b"
    assert back(Lines(), "a", x="a\r\n\r\n c ") == ["a", "c"]
    assert back(Lines(), ["a"], x="") is ABSENT


def test_an_item_is_added_taken_out_and_kept_in_its_place():
    many = Many(Record({"k": Text()}), stays=True)
    assert back(many, [{"k": "1"}, {"k": "2"}], **{"x.0.-": "on"}) == [{"k": "2"}]
    assert back(many, [{"k": "1"}], **{"x.1.k": "2"}) == [{"k": "1"}, {"k": "2"}]
    assert back(many, [{"k": "1"}], **{"x.0.-": "on"}) == []
    assert back(many, {"k": "1"}) == {"k": "1"}
    assert back(many, {"k": "1"}, **{"x.1.k": "2"}) == [{"k": "1"}, {"k": "2"}]


def test_a_short_clause_stays_short_until_it_says_more():
    clause = Record({"is": Text(), "says": Both()}, "is")
    assert back(clause, "a > 1", **{"x.is": "a > 2"}) == "a > 2"
    assert back(clause, "a > 1", **{"x.says.zh": "大于一"}) == {"is": "a > 1", "says": {"zh": "大于一"}}


def test_names_that_the_author_chooses_can_be_written_anew_but_not_left_blank():
    named = Named(Record({"is": Text()}))
    assert back(named, {"top": {"is": "1"}}, **{"x.0.=": "most"}) == {"most": {"is": "1"}}
    refused = Refused()
    read(named, ABSENT, {"x.0.is": "1"}, "x", refused)
    assert refused.faults == {"x.0.=": "name"}


def test_yaml_that_does_not_read_is_told_at_its_field():
    shape = shape_of([{"a": [["b"]]}, {"a": "c"}])
    refused = Refused()
    read(shape, {"a": [["b"]]}, {"x.a": "[b"}, "x", refused)
    assert set(refused.faults) == {"x.a"}


def test_more_items_than_a_page_can_hold_are_not_made_up():
    assert len(back(Many(Record({"k": Text()})), [], **{"x.9999.k": "1"}) or []) <= 1
