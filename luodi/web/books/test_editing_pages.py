"""Editing a draft in a browser, without script: as forms, as text, and when two people do it at once."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from luodi.documents.wording import verdict_word
from luodi.editor.archive import unpack
from luodi.editor.test_editing import CASES, RULE
from luodi.web.accounts.models import User
from luodi.web.books import runs
from luodi.web.books.actions import drafts, trials
from luodi.web.books.conftest import AT
from luodi.web.books.models import Draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
FILE, KEY, NATIONAL = "rules/pilot-2024.yaml", "p24-b11", "rules/national.yaml"


def cap(number: int) -> dict[str, str]:
    """A cap as a form sends it: what is told, and the figure that is tested."""
    return {"gives.cap": str(number), "parameters.0.0.is": str(number)}


def capped(text: str, number: int) -> str:
    """The same in the text of the first rule."""
    return text.replace("is: 100", f"is: {number}", 1).replace("cap: 100", f"cap: {number}", 1)


def as_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def access(anna: User) -> Draft:
    return drafts.begin("market-access", "A cap", by=anna, at=AT)


@pytest.fixture
def policies(anna: User) -> Draft:
    return drafts.begin("policies", "A relief", by=anna, at=AT)


def at(draft: Draft, page: str, lang: str = "en", **query: str) -> str:
    asked = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    return f"/{lang}/desk/books/drafts/{draft.pk}/{page}/?{asked}"


def fields(html: str) -> dict[str, str]:
    """What a browser would send of the form for changes, untouched."""
    form = html[html.index('name="seen"') :]
    sent = dict(re.findall(r'<input [^>]*?name="([^"]+)"[^>]*? value="([^"]*)"', form))
    sent |= {
        name: text.removeprefix("\n")
        for name, text in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S)
    }
    seen = re.search(r'name="seen" value="(\d+)"', html)
    assert seen
    return {unescape(n): unescape(v).replace("\n", "\r\n") for n, v in sent.items()} | {"seen": seen[1]}


def files(draft: Draft) -> dict[str, str]:
    return unpack(Draft.objects.get(pk=draft.pk).files)


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(answer.content.decode())


# ---- forms


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_files_of_a_draft_are_listed_with_what_the_checker_says(access: Draft, anna: User, lang: str) -> None:
    html = shown(as_of(anna).get(at(access, "edit", lang)))
    assert "rules/pilot-2024.yaml" in html and "places.yaml" in html and "129" in html
    html = shown(as_of(anna).get(at(access, "edit", lang, file=FILE)))
    assert "p24-b11" in html
    assert "p24-b11" in shown(as_of(anna).get(at(access, "edit", lang, q="p24-b11")))


@pytest.mark.parametrize(
    ("file", "row"),
    [(FILE, KEY), ("places.yaml", "BJ"), ("tests/pilot-2024.yaml", "3"), ("synonyms.yaml", "B11"), ("book.yaml", "_")],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_row_saved_as_it_was_shown_changes_nothing(access: Draft, anna: User, file: str, row: str, lang: str) -> None:
    client, address = as_of(anna), at(access, "edit/row", lang, file=file, row=row)
    sent = fields(client.get(address).content.decode())
    assert client.post(address, sent).status_code == 302
    assert Draft.objects.get(pk=access.pk).version == access.version


def test_a_cap_is_changed_by_its_fields_and_only_its_lines_change(access: Draft, anna: User) -> None:
    client, address = as_of(anna), at(access, "edit/row", file=FILE, row=KEY)
    sent = fields(client.get(address).content.decode())
    before = files(access)
    answer = client.post(address, {**sent, **cap(60)})
    assert answer.status_code == 302
    after = files(access)
    assert [name for name in before if before[name] != after[name]] == [FILE]
    pairs = zip(before[FILE].splitlines(), after[FILE].splitlines(), strict=True)
    assert [(a, b) for a, b in pairs if a != b] == [("      is: 100", "      is: 60"), ("    cap: 100", "    cap: 60")]
    assert "1 case" in (html := shown(client.get(at(access, "edit")))) or "cases that fail" in html


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有法规`miit-2024-170`"), ("en", "There is no instrument")])
def test_an_error_stands_at_its_field_with_a_link_from_the_summary(
    access: Draft, anna: User, lang: str, words: str
) -> None:
    client, address = as_of(anna), at(access, "edit/row", lang, file=FILE, row=KEY)
    sent = {**fields(client.get(address).content.decode()), "basis.0.instrument": "miit-2024-170"}
    html = shown(client.post(address, sent), 422)
    assert '<a href="#f-basis.0.instrument">' in html and words in html
    field = html[html.index('id="f-basis.0.instrument"') :][:400]
    assert 'aria-invalid="true"' in field and 'value="miit-2024-170"' in field and "e-basis.0.instrument" in field
    assert files(access)[FILE].count("miit-2024-170") == 0
    assert client.post(address, {**sent, "even_so": "1"}).status_code == 302
    assert files(access)[FILE].count("miit-2024-170") == 1


def test_a_blank_that_must_be_filled_in_is_told_at_its_field(access: Draft, anna: User) -> None:
    client, address = as_of(anna), at(access, "edit/row", file=FILE, row=KEY)
    sent = {**fields(client.get(address).content.decode()), "title.zh": "", "title.en": ""}
    assert '<a href="#f-title.zh">' in shown(client.post(address, sent), 422)


def test_the_rule_is_shown_in_plain_words(access: Draft, anna: User) -> None:
    client = as_of(anna)
    assert "at most 100" in shown(client.get(at(access, "edit/row", file=FILE, row=KEY)))
    assert "外资股比不超过100%" in shown(client.get(at(access, "edit/row", "zh", file=FILE, row=KEY)))


def test_a_new_rule_comes_with_its_three_cases(policies: Draft, anna: User) -> None:
    client, address = as_of(anna), at(policies, "edit/rule", file=NATIONAL)
    sent = {**fields(client.get(address).content.decode()), **RULE, **CASES}
    answer = client.post(address, sent)
    assert answer.status_code == 302
    after = files(policies)
    assert after["tests/national.yaml"].count("cn-new-relief") == 3 and "cn-new-relief" in after["order.yaml"]
    assert "Nothing to mend" in shown(client.get(at(policies, "edit"))) or "warnings" in shown(
        client.get(at(policies, "edit"))
    )


def test_a_new_rule_with_a_misspelt_attribute_is_told_at_its_clause(policies: Draft, anna: User) -> None:
    client, address = as_of(anna), at(policies, "edit/rule", file=NATIONAL)
    sent = {**fields(client.get(address).content.decode()), **RULE, **CASES, "rule.when.0.is": "employes <= most"}
    html = shown(client.post(address, sent), 422)
    assert '<a href="#f-rule.when.0.is">' in html and "Did you mean `employees`?" in html
    assert 'value="cn-new-relief"' in html and "exactly at the limit" in html


def test_a_case_and_a_row_of_a_table_are_added(access: Draft, anna: User) -> None:
    client = as_of(anna)
    address = at(access, "edit/new", file="tests/pilot-2024.yaml", rule=KEY)
    sent = fields(client.get(address).content.decode())
    assert sent["rule"] == KEY
    given = "service: B11\nplace: BJ\nshare: 101\ninvestor: DE"
    sent |= {"case": "just past the cap", "day": "2024-10-23", "given": given, "answer": "no_match"}
    answer = client.post(address, sent)
    assert answer.status_code in (302, 422)
    sent["given"] = given.replace("101", "100")
    sent["answer"] = "match"
    assert client.post(address, sent).status_code == 302
    assert "just past the cap" in files(access)["tests/pilot-2024.yaml"]


@pytest.mark.parametrize("page", ["edit/row", "edit/new", "edit/rule"])
def test_what_is_not_there_is_not_found(access: Draft, anna: User, page: str) -> None:
    client = as_of(anna)
    assert client.get(at(access, page, file="nowhere.yaml", row="x")).status_code == 404
    assert client.get(at(access, page, file="../../etc/passwd", row="x")).status_code == 404


@pytest.mark.parametrize("page", ["edit", "edit/row", "edit/new", "edit/rule", "edit/text", "try", "affected"])
def test_only_policy_officers_come_in(access: Draft, clara: User, page: str) -> None:
    address = at(access, page, file=FILE, row=KEY)
    assert as_of(clara).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_a_draft_under_review_is_shown_and_not_changed(access: Draft, anna: User) -> None:
    Draft.objects.filter(pk=access.pk).update(state="in_review")
    client = as_of(anna)
    html = shown(client.get(at(access, "edit/row", file=FILE, row=KEY)))
    assert "Check and save" not in html and "cannot be changed now" in html
    sent = {"seen": "1", **cap(60)}
    assert client.post(at(access, "edit/row", file=FILE, row=KEY), sent).status_code == 422
    assert Draft.objects.get(pk=access.pk).version == access.version


# ---- text


def test_a_file_is_edited_as_text_with_numbered_lines(access: Draft, anna: User) -> None:
    client, address = as_of(anna), at(access, "edit/text", file=FILE)
    html = client.get(address).content.decode()
    sent = fields(html)
    assert sent["text"].replace("\r\n", "\n") == files(access)[FILE] and '<span id="L354">354</span>' in html
    assert client.post(address, {**sent, "text": capped(sent["text"], 60)}).status_code == 302
    assert "cap: 60" in files(access)[FILE] and "\r" not in files(access)[FILE]


def test_text_saved_as_it_was_shown_changes_nothing(access: Draft, anna: User) -> None:
    client = as_of(anna)
    for file in ("book.yaml", "articles.yaml", "tests/pilot-2024.yaml"):
        address = at(access, "edit/text", file=file)
        assert client.post(address, fields(client.get(address).content.decode())).status_code == 302
    assert Draft.objects.get(pk=access.pk).version == access.version


def test_every_error_of_the_text_is_listed_with_a_link_to_its_line(access: Draft, anna: User) -> None:
    client, address = as_of(anna), at(access, "edit/text", file=FILE)
    sent = fields(client.get(address).content.decode())
    broken = sent["text"].replace("  title:", "  titel:", 1).replace("share <= ceiling", "shar <= ceiling", 1)
    html = shown(client.post(address, {**sent, "text": broken}), 422)
    assert html.count('href="#L') >= 2 and "`titel`" in html and "shar" in html and 'class="wrong">2<' in html
    assert "titel" not in files(access)[FILE]
    assert client.post(address, {**sent, "text": broken, "even_so": "1"}).status_code == 302
    assert "titel" in files(access)[FILE]
    assert client.get(at(access, "edit/row", file=FILE, row=KEY)).status_code == 200


def test_a_file_that_is_no_yaml_sends_from_the_form_to_the_text(access: Draft, anna: User) -> None:
    drafts.change(access, {FILE: "- id: [\n"}, by=anna, at=AT, version=access.version)
    answer = as_of(anna).get(at(access, "edit/row", file=FILE, row=KEY))
    assert answer.status_code == 302 and "/edit/text/" in answer["Location"]
    assert shown(as_of(anna).get(at(access, "edit"))).count("No valid YAML")


def test_a_new_file_is_begun_by_its_name(access: Draft, anna: User) -> None:
    client, address = as_of(anna), at(access, "edit/text", file="rules/tianjin.yaml")
    sent = fields(client.get(address).content.decode())
    assert client.post(address, {**sent, "text": "[]"}).status_code == 302
    assert files(access)["rules/tianjin.yaml"] == "[]\n"
    assert client.get(at(access, "edit/text", file="rules/../x.yaml")).status_code == 422


def test_a_script_in_a_book_is_shown_as_text(access: Draft, anna: User) -> None:
    text = "- id: <script>alert(1)</script>\n  name: {zh: '</textarea><script>', en: x}\n"
    drafts.change(access, {"licences.yaml": text}, by=anna, at=AT, version=access.version)
    for page in ("edit", "edit/text", "edit/row"):
        html = as_of(anna).get(at(access, page, file="licences.yaml", row="<script>alert(1)</script>")).content.decode()
        assert "<script>alert" not in html and "</textarea><script>" not in html


# ---- two people at once


def test_what_others_saved_in_another_file_is_kept_beside_mine(access: Draft, anna: User, ben: User) -> None:
    client, address = as_of(anna), at(access, "edit/row", file=FILE, row=KEY)
    sent = fields(client.get(address).content.decode())
    drafts.change(
        access, {"places.yaml": files(access)["places.yaml"] + "# a note\n"}, by=ben, at=AT, version=access.version
    )
    assert client.post(address, {**sent, **cap(60)}).status_code == 302
    assert "cap: 60" in files(access)[FILE] and "# a note" in files(access)["places.yaml"]


def test_two_who_change_one_row_both_keep_their_text(access: Draft, anna: User, ben: User) -> None:
    client, address = as_of(anna), at(access, "edit/row", file=FILE, row=KEY)
    sent = fields(client.get(address).content.decode())
    theirs = capped(files(access)[FILE], 70)
    drafts.change(access, {FILE: theirs}, by=ben, at=AT, version=access.version)
    html = client.post(address, {**sent, **cap(60)})
    page = shown(html, 409)
    assert "cap: 70" in page and "cap: 60" in page and "Ben" in page and files(access)[FILE] == theirs
    again = client.post(address, fields(html.content.decode()))
    assert again.status_code == 302 and "cap: 60" in files(access)[FILE]


def test_two_who_change_one_text_both_keep_theirs(access: Draft, anna: User, ben: User) -> None:
    client, address = as_of(anna), at(access, "edit/text", file=FILE)
    sent = fields(client.get(address).content.decode())
    theirs = capped(files(access)[FILE], 70)
    drafts.change(access, {FILE: theirs}, by=ben, at=AT, version=access.version)
    mine = capped(sent["text"], 60)
    html = client.post(address, {**sent, "text": mine})
    page = shown(html, 409)
    assert "-    cap: 70" in page and "+    cap: 60" in page and files(access)[FILE] == theirs
    assert client.post(address, fields(html.content.decode())).status_code == 302
    assert "cap: 60" in files(access)[FILE]


# ---- trying


def test_the_bench_is_asked_for_looked_at_and_told(access: Draft, anna: User) -> None:
    from luodi.web.books.models import Run

    client = as_of(anna)
    text = files(access)[FILE].replace("    cap: 100", "    cap: 50", 1)
    drafts.change(access, {FILE: text}, by=anna, at=AT, version=access.version)
    answer = client.post(at(access, "try/profile"), {"name": "Cloud", "text": "employes: 1"})
    assert '<a href="#p-text"' in shown(answer, 422)
    profile = "investor: {country: SG}\r\nplans:\r\n- {service: B11, place: BJ, share: 100}"
    assert client.post(at(access, "try/profile"), {"name": "Cloud", "text": profile}).status_code == 302
    assert client.post(at(access, "runs/profiles")).status_code == 302
    assert "Waiting" in shown(client.get(at(access, "try")))
    runs.carry_out(Run.objects.get().pk)
    for lang in ("en", "zh"):
        html = shown(client.get(at(access, "try", lang)))
        assert "Cloud" in html and verdict_word("not_allowed", lang) in html and "data-open" not in html


def test_answers_that_one_officer_keeps_are_not_shown_to_another(access: Draft, anna: User, ben: User) -> None:
    from luodi.advice.answers import Answers
    from luodi.web.advisor.actions import saved as actions_saved

    kept = Answers.of("investor=SG&service=B11&place=BJ&share=100")
    actions_saved.save_answers(kept, "Annas own plan", today=AT.date(), by=anna, at=AT)
    run = trials.start_run(access, "profiles", by=anna, at=AT)
    assert runs.carry_out(run.pk) == "done"
    assert "Annas own plan" in shown(as_of(anna).get(at(access, "try")))
    assert "Annas own plan" not in shown(as_of(ben).get(at(access, "try")))


def test_who_is_affected_is_shown_and_the_list_of_ids_leaves_a_trace(
    policies: Draft, anna: User, clara: User, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luodi.web.books.models import Run
    from luodi.web.journal.models import ExportRecord

    (tmp_path / "r.csv").write_text("id,employees\n" + "".join(f"c{n},{n}\n" for n in range(60)), encoding="utf-8")
    monkeypatch.setenv("LUODI_REGISTRY", str(tmp_path / "r.csv"))
    text = files(policies)[NATIONAL].replace("[employees <= 30]", "[employees <= 28]", 1)
    drafts.change(policies, {NATIONAL: text}, by=anna, at=AT, version=policies.version)
    client = as_of(anna)
    for kind in ("answers", "companies"):
        assert client.post(at(policies, f"runs/{kind}")).status_code == 302
    for run in Run.objects.all():
        assert runs.carry_out(run.pk) == "done"
    for lang in ("zh", "en"):
        assert "cn-disabled-levy-30" in shown(client.get(at(policies, "affected", lang)))
    run = Run.objects.get(kind="companies")
    address = f"/en/desk/books/drafts/{policies.pk}/runs/{run.pk}/ids.csv"
    answer = client.post(address)
    assert answer.content.decode("utf-8-sig").splitlines()[0] == "id,rule,change" and ExportRecord.objects.count() == 1
    assert as_of(clara).post(address).status_code == 403


def test_a_draft_that_does_not_read_is_refused_with_the_way_to_its_errors(access: Draft, anna: User) -> None:
    drafts.change(access, {FILE: "- id: [\n"}, by=anna, at=AT, version=access.version)
    html = shown(as_of(anna).post(at(access, "runs/profiles")), 422)
    assert "cannot be tried yet" in html and f"/drafts/{access.pk}/edit/" in html
    assert as_of(anna).post(at(access, "runs/companies")).status_code == 404  # rows of access resolve together
