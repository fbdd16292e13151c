"""The pages of changes of law: figures, lists by access, files, letters, in both languages."""

from collections.abc import Callable

import pytest
from django.test import Client

from luodi.web.cases.conftest import NOW, Bench
from luodi.web.cases.models import CaseChange, LandingCase, LawChange
from luodi.web.cases.test_law import change, home
from luodi.web.conftest import person
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.journal.models import ExportRecord
from luodi.web.notices.models import Notice

__all__ = ["change", "home"]
pytestmark = pytest.mark.django_db
Change = Callable[..., LawChange]


@pytest.fixture
def made(change: Change, planned: LandingCase) -> LawChange:
    return change("time")


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_officer_sees_what_changed_and_the_draft_in_the_case(lang: str, made: LawChange, bench: Bench) -> None:
    client = bench.client("anna")
    row = CaseChange.objects.get()
    assert f"law-changes/{made.pk}/" in shown(client, f"/{lang}/desk/law-changes/")
    text = shown(client, f"/{lang}/desk/law-changes/{made.pk}/?kind=time&sort=fewest")
    assert row.case.reference in text and "→" in text
    assert row.case.reference not in shown(client, f"/{lang}/desk/law-changes/{made.pk}/?kind=fee")
    case = shown(client, f"/{lang}/desk/cases/{row.case.reference}/")
    assert (row.text_zh if lang == "zh" else row.text_en).splitlines()[0].split("&")[0] in case


def test_a_policy_officer_counts_all_cases_and_is_shown_the_names_of_none(made: LawChange, bench: Bench) -> None:
    client = Client()
    client.force_login(person("gao", Role.POLICY_OFFICER))
    text = shown(client, f"/en/desk/law-changes/{made.pk}/")
    assert "Open cases worked out: 1. Of these, 1 differ" in text
    assert "LD-2026" not in text and "Lantern" not in text


def test_clara_sees_neither_the_case_nor_its_count(made: LawChange, bench: Bench) -> None:
    text = shown(bench.client("clara"), f"/en/desk/law-changes/{made.pk}/")
    assert "Of the cases that you may see, 0 differ" in text and "LD-2026" not in text
    assert bench.client("mei").get("/en/desk/law-changes/").status_code == 403


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_leaves_as_a_file_of_what_one_may_export(form: str, made: LawChange, bench: Bench) -> None:
    reference = CaseChange.objects.get().case.reference
    answer = bench.client("anna").post(f"/en/desk/law-changes/{made.pk}/export/", {"form": form})
    body = answer.getvalue()
    assert answer.status_code == 200 and (form == "xlsx" or reference in body.decode("utf-8-sig"))
    assert ExportRecord.objects.get().rows == 1
    other = bench.client("clara").post(f"/zh/desk/law-changes/{made.pk}/export/", {"form": "csv"})
    assert reference not in other.getvalue().decode("utf-8-sig")


def test_many_letters_are_sent_at_once_and_sending_again_sends_none(made: LawChange, bench: Bench) -> None:
    row = CaseChange.objects.get()
    given = {"row": f"{row.pk}:{row.version}", "key": new_key()}
    path = f"/en/desk/law-changes/{made.pk}/letters/"
    assert "Letters sent: 0." in bench.client("clara").post(path, given).content.decode()
    for _ in range(2):
        assert bench.client("anna").post(path, given).status_code == 200
    assert Notice.objects.filter(kind="case_law").count() == 1
    row.refresh_from_db()
    assert (row.letter, row.decided_by) == ("sent", bench.anna)


def test_a_letter_is_sent_reworded_and_left_from_the_page_of_its_case(made: LawChange, bench: Bench) -> None:
    row = CaseChange.objects.get()
    path, client = f"/en/cases/{row.case.reference}/act", bench.client("anna")
    given = {"row": row.pk, "key": new_key(), "version": row.version}
    words = {"text_zh": "新的文字", "text_en": "Other words"}
    assert client.post(f"{path}/reword_letter/", {**given, **words}).status_code == 302
    assert client.post(f"{path}/leave_letter/", {**given, "key": new_key(), "reason": ""}).status_code == 422
    assert client.post(f"{path}/send_letter/", {**given, "key": new_key()}).status_code == 409
    row.refresh_from_db()
    again = {**given, "key": new_key(), "version": row.version}
    assert client.post(f"{path}/send_letter/", again).status_code == 302
    row.refresh_from_db()
    assert (row.letter, row.text_en) == ("sent", "Other words")
    assert "Other words" in str(Notice.objects.get(kind="case_law").values) and NOW
