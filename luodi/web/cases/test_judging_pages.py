"""The page on which a proof is held against what it must show."""

import pytest
from django.utils import timezone

from luodi.uploads.conftest import GOOD
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.conftest import Bench, a_file, accept_all, ready_to_claim
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.cases.test_pages import fields_of, now_planned
from luodi.web.conftest import person
from luodi.web.core.roles import Role
from luodi.web.files.conftest import upload

__all__ = ["now_planned"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]


@pytest.fixture
def claimed(now_planned: LandingCase, bench: Bench) -> LandingCase:
    now = timezone.now()
    case = ready_to_claim(bench, now_planned, at=now)
    return actions_stages.claim_landing(case, timezone.localdate(), by=bench.anna, at=now)


def place(proof: Proof, lang: str = "en") -> str:
    return f"/{lang}/desk/cases/{proof.case.reference}/papers/{proof.pk}/"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            ["Lantern Isle Cloud", "not scanned", "Page 1 of 1", "Company name", "Prepared the case", "to be checked"],
        ),
        ("zh", ["灯屿云", "未查毒", "第1页，共1页", "企业名称", "准备人", "待核验"]),
    ],
)
def test_a_document_stands_beside_what_it_must_show(
    claimed: LandingCase, bench: Bench, lang: str, words: list[str]
) -> None:
    proof = claimed.proofs.get(proves="business-licence")
    page = bench.client("ben").get(place(proof, lang)).text
    assert [word for word in (*words, "灯屿云", "京B1-20260001", "Anna", "Mei") if word not in page] == []
    assert f'src="{place(proof, lang)}1.png"' in page
    listed = bench.client("ben").get(f"/{lang}/desk/cases/{claimed.reference}/papers/").text
    assert f'href="{place(proof, lang)}"' in listed


def test_a_page_of_the_document_is_a_picture_for_those_who_verify(claimed: LandingCase, bench: Bench) -> None:
    proof = claimed.proofs.get(proves="premises")
    answer = bench.client("ben").get(f"{place(proof)}1.png")
    assert answer.status_code == 200 and answer["content-type"] == "image/png" and answer.content[:4] == b"\x89PNG"
    assert "no-store" in answer["cache-control"] or "private" in answer["cache-control"]
    assert bench.client("ben").get(f"{place(proof)}2.png").status_code == 404
    for who in ("mei", "clara", "lee"):
        assert bench.client(who).get(f"{place(proof)}1.png").status_code in (403, 404), who
    for who in ("mei", "clara"):
        assert bench.client(who).get(place(proof)).status_code in (403, 404), who


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["seal.png", "photo.jpg", "letter.docx", "note.txt"])
def test_files_of_every_kind_have_a_page(claimed: LandingCase, bench: Bench, name: str, lang: str) -> None:
    content = a_file(name)
    if name == "note.txt":
        content = a_file("table.xlsx")
    proof = actions_proofs.add_proof(claimed, "operation", content, by=bench.mei, at=timezone.now())
    page = bench.client("ben").get(place(proof, lang))
    is_picture = name.endswith(("png", "jpg"))
    assert page.status_code == 200 and ("<img" in page.text) is is_picture
    assert (bench.client("ben").get(f"{place(proof, lang)}1.png").status_code == 200) is is_picture


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("licence.pdf", b"%PDF-1.4 abc", {"zh": "损坏", "en": "damaged"}),
        ("licence.pdf", b"", {"zh": "空", "en": "empty"}),
        ("licence.png", GOOD["seal.png"]()[:-9], {"zh": "损坏", "en": "damaged"}),
        ("licence.pdf", GOOD["photo.jpg"](), {"zh": "PDF", "en": "PDF"}),
    ],
)
def test_a_file_that_cannot_be_the_document_is_refused_at_its_field(
    claimed: LandingCase, bench: Bench, lang: str, name: str, content: bytes, word: dict[str, str]
) -> None:
    mei = bench.client("mei")
    given = fields_of(mei.get(f"/{lang}/cases/{claimed.reference}/").text, "proof")
    sent = {**given, "proves": "business-licence", "files": upload(name, content)}
    count = claimed.proofs.count()
    wrong = mei.post(f"/{lang}/cases/{claimed.reference}/act/proof/", sent)
    assert wrong.status_code == 422 and 'href="#proof_files"' in wrong.text and word[lang] in wrong.text
    assert claimed.proofs.count() == count


@pytest.mark.parametrize(("lang", "near"), [("zh", "近似"), ("en", "nearly the same")])
def test_a_difference_is_marked_and_accepted_only_with_words(
    claimed: LandingCase, bench: Bench, lang: str, near: str
) -> None:
    proof, ben = claimed.proofs.get(proves="premises"), bench.client("ben")
    act = f"/{lang}/cases/{claimed.reference}/act/judge_proof/"
    given = fields_of(ben.get(place(proof, lang)).text, "judge_proof")
    given |= {"verdict": "accepted", "is_of_kind": "on", "seen_name": "灯屿 云"}
    wrong = ben.post(act, given)
    ids = f"judge_proof_{proof.pk}_note"
    assert wrong.status_code == 422 and near in wrong.text and f'href="#{ids}"' in wrong.text
    assert 'value="灯屿 云"' in wrong.text
    again = {
        **given,
        **fields_of(wrong.text, "judge_proof"),
        "note": "a space",
        "verdict": "accepted",
        "is_of_kind": "on",
    }
    done = ben.post(act, again)
    assert done.status_code == 302 and f"/desk/cases/{claimed.reference}/papers/" in done["location"]
    proof.refresh_from_db()
    assert (proof.verdict, proof.seen_name) == ("accepted", "灯屿 云")
    after = ben.get(place(proof, lang)).text
    assert "Ben" in after and near in after and 'value="proposed"' in after


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ["未获认可", "缺少签字或盖章", "第4页"]), ("en", ["refused by Ben", "A signature or seal"])],
)
def test_the_company_reads_why_its_document_was_refused(
    claimed: LandingCase, bench: Bench, lang: str, words: list[str]
) -> None:
    proof, ben = claimed.proofs.get(proves="premises"), bench.client("ben")
    given = fields_of(ben.get(place(proof, lang)).text, "judge_proof")
    given |= {"verdict": "refused", "ground": "seal", "note": "第4页"}
    assert ben.post(f"/{lang}/cases/{claimed.reference}/act/judge_proof/", given).status_code == 302
    own = bench.client("mei").get(f"/{lang}/cases/{claimed.reference}/").text
    assert [word for word in words if word not in own] == []
    assert {"zh": "落地尚缺：", "en": "Still needed for a landing: "}[lang] in own
    mine = bench.client("mei").get(f"/{lang}/notices/").text
    assert claimed.reference in mine


def test_who_prepared_it_reads_that_another_officer_checks_it(claimed: LandingCase, bench: Bench) -> None:
    proof = claimed.proofs.get(proves="premises")
    page = bench.client("anna").get(place(proof)).text
    assert "another officer has to check it" in page and 'name="verdict"' not in page
    cora, client = person("cora", Role.OFFICER, bench.here), bench.client("ben")
    client.force_login(cora)
    assert 'name="instead"' in client.get(place(proof)).text
    assert 'name="instead"' not in bench.client("ben").get(place(proof)).text


def test_once_all_are_accepted_the_page_says_that_the_landing_can_be_verified(
    claimed: LandingCase, bench: Bench
) -> None:
    proof, ben = claimed.proofs.get(proves="premises"), bench.client("ben")
    accept_all(claimed, bench.ben, at=timezone.now())
    assert "the landing can be verified" in ben.get(place(proof)).text
    given = fields_of(ben.get(f"/en/desk/cases/{claimed.reference}/").text, "verify")
    assert ben.post(f"/en/cases/{claimed.reference}/act/verify/", given).status_code == 302
    assert 'name="verdict"' not in ben.get(place(proof)).text
