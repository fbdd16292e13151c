"""The sentences that page, PDF and terminal share, in both languages."""

from typing import Any

import pytest

from luodi.documents import wording as w


def access(**changes: Any) -> dict[str, Any]:
    """One answer of a plan, as `advise` gives it, cut to what the sentences read."""
    question = {"service": "B25", "place": "BJ", "share": 70, "investor": "US", "cepa_qualified": None}
    row = {
        "id": "access-1",
        "answer": "not_allowed",
        "cap": 50,
        "on": "2024-12-02",
        "question": {**question, **changes.pop("question", {})},
        "service": {"id": "B25", "name": {"zh": "信息服务业务", "en": "Information services"}},
        "place": {"id": "BJ", "name": {"zh": "北京市", "en": "Beijing municipality"}},
        "rule": {"id": "n-b25-50", "title": {"zh": "信息服务上限50%", "en": "Information services, up to 50 %"}},
        "licences": [],
        "missing": [],
        "possible": [],
        "note": None,
        "speaks_from": None,
    }
    return {**row, **changes}


def plan(*answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    row = {"access": list(answers), "verdict": answers[0]["answer"] if answers else None, "about": None}
    return {**row, "company": {"zh": "灯屿云", "en": "Lantern Isle"}, "on": "2024-12-02", **changes}


def step(id: str, days: int | None, **changes: Any) -> dict[str, Any]:
    title = {"zh": f"步骤{id}", "en": f"Step {id}"}
    limits = [] if days is None else [limit(days)]
    row = {"id": id, "title": title, "working_days": days, "limits": limits, "domain": "operations", "runs_with": None}
    return {**row, "obligation": "mandatory", **changes}


def limit(value: int, unit: str = "working_days", basis: str = "statutory", **changes: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "basis": basis, "counted": True, "note": None, **changes}


def said(text_zh: str, text_en: str, row: dict[str, Any]) -> None:
    assert (w.headline(plan(row), "zh"), w.headline(plan(row), "en")) == (text_zh, text_en)


# ---- the answer


def test_a_no_names_the_share_and_the_cap() -> None:
    said("拟持股70%，上限为50%。", "You want 70 %; the cap is 50 %.", access())


def test_a_no_without_any_opening_says_so() -> None:
    said("不对外资开放。", "This is not open to foreign capital.", access(cap=0))


def test_all_of_it_once_the_ministry_has_approved() -> None:
    said(
        "可以全资经营，但须先取得工信部对贵公司的批复。",
        "You may own all of it, once the ministry has approved your company.",
        access(answer="conditional", cap=100, question={"share": 100}, licences=["vats-pilot-approval"]),
    )


def test_conditions_without_an_approval_are_conditions() -> None:
    said(
        "可以持有70%，但须符合下列条件。",
        "You may own 70 % of it, if you meet its conditions.",
        access(answer="conditional", cap=100),
    )


def test_a_cap_that_no_text_states_is_not_promised() -> None:
    said(
        "有条件开放；未见明文的外资股比上限。",
        "It is open on conditions; no text states how much you may own.",
        access(answer="conditional", cap=None),
    )


def test_a_yes_says_how_much() -> None:
    said("可以持有49.5%。", "You may own 49.5 % of it.", access(answer="allowed", question={"share": 49.5}))


def test_what_is_missing_is_named() -> None:
    said(
        "还不能判定，请先告诉我们：地点和外资股比。",
        "We cannot tell yet: tell us the place and the foreign share.",
        access(answer="unknown", cap=None, missing=["place", "share"]),
    )


def test_silence_says_from_when_the_book_speaks() -> None:
    said(
        "规则库对所问之日未作规定，自2025年1月1日起才有规定。",
        "The book is silent on this day; it speaks from 1 January 2025 on.",
        access(answer="silent", cap=None, speaks_from="2025-01-01"),
    )


def test_without_foreign_capital_no_limit_applies() -> None:
    said(
        "没有外资参与，不受外资准入限制。",
        "No foreign investor takes part, so no limit on foreign shares applies.",
        access(answer="allowed", question={"share": 0, "investor": None}),
    )


def test_several_plans_are_counted() -> None:
    several = plan(access(), access(answer="allowed"), access())
    assert w.headline(several, "en") == "Of your three plans, one is open and two are not open."
    assert w.headline(several, "zh") == "三项计划中，一项可以开展，两项不予准入。"
    assert w.headline(plan(access(), access()), "en") == "Neither plan is open."
    assert w.headline(plan(*[access(answer="allowed")] * 3), "en") == "All three plans are open."


def test_no_plan_is_no_verdict() -> None:
    assert w.headline(plan(), "en") == "No service is named, so this plan shows steps, duties and support."


def test_the_lede_names_who_where_what_and_the_rule() -> None:
    assert w.lede(plan(access()), "en") == (
        "In Beijing municipality, an investor from the United States may not hold 70 % of Information services, B25, "
        "under the rule “Information services, up to 50 %”."
    )
    assert w.lede(plan(access()), "zh") == (
        "美国投资者在北京市经营信息服务业务（B25），70%超过50%的上限。适用规则：信息服务上限50%。"
    )


def test_what_is_closed_at_every_share_names_no_share() -> None:
    closed = access(cap=0)
    assert w.lede(plan(closed), "zh").startswith("信息服务业务（B25）在北京市不对外资开放。适用规则：")
    assert "is closed to foreign capital, under the rule" in w.lede(plan(closed), "en")
    assert all("70" not in w.lede(plan(closed), lang) for lang in ("zh", "en"))


@pytest.mark.parametrize("verdict", ["allowed", "conditional", "not_allowed", "unknown", "silent"])
def test_every_verdict_has_its_word_stamp_and_seal(verdict: str) -> None:
    assert w.stamp(verdict) in "准条否待默"
    assert len(w.seal(verdict)) == 4
    assert w.verdict_word(verdict, "zh") != w.verdict_word(verdict, "en")


# ---- figures


def test_days_money_and_shares_look_as_readers_expect() -> None:
    assert (w.day("2024-12-02", "en"), w.day("2024-12-02", "zh")) == ("2 December 2024", "2024年12月2日")
    assert (w.money(5_000_000, "CNY", "en"), w.money(5_000_000, "CNY", "zh")) == ("CNY 5,000,000", "500万元")
    assert (w.money(200_000_000, "CNY", "zh"), w.money(1234, "CNY", "zh")) == ("2亿元", "1,234元")
    assert (w.percent(55, "en"), w.ratio(0.55, "zh")) == ("55 %", "55%")
    assert (w.day(None, "en"), w.short_day("2024-12-02", "zh")) == ("", "12月2日")


def test_a_window_says_what_is_known_of_it() -> None:
    both = {"from": "2024-01-01", "until": "2027-12-31"}
    assert w.window(both, "en") == "from 1 January 2024 to 31 December 2027"
    assert w.window({**both, "until": None}, "zh") == "自2024年1月1日起"
    assert w.window({"from": None, "until": None}, "en") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it begins on 2025-06-01", "it begins on 1 June 2025"),
        ("see gov.cn/2025-06-01/page", "see gov.cn/2025-06-01/page"),
        ("on 2025-13-01", "on 2025-13-01"),
    ],
)
def test_days_inside_a_text_are_written_out(text: str, shown: str) -> None:
    assert w.prose({"zh": text, "en": text}, "en") == shown


def test_days_stand_right_beside_chinese() -> None:
    assert w.prose({"zh": "自2025-06-01起施行", "en": ""}, "zh") == "自2025年6月1日起施行"


# ---- steps


def schedule(*steps: dict[str, Any], days: int) -> dict[str, Any]:
    totals = {"working_days_critical": days, "steps_without_time": 0, "steps_open": 0}
    return {"steps": list(steps), "critical_path": [s["id"] for s in steps], "totals": totals}


# ---- policies


def policy(**changes: Any) -> dict[str, Any]:
    row = {
        "answer": "match",
        "decides": True,
        "missing": [],
        "reasons": [],
        "amount": None,
        "kind": "tax",
        "when": None,
    }
    window = {"from": "2008-01-01", "until": None}
    return {**row, "level": "national", "delivery": "on_filing", "window": window, "benefit": {}, **changes}


def test_a_benefit_reads_as_a_phrase() -> None:
    rate = policy(benefit={"type": "rate", "tax": "cit", "rate": "0.15", "baseline_rate": "0.25"})
    assert w.policy_gives(rate, "en") == "Reduced rate (corporate income tax): 15 %, instead of 25 %"
    assert w.policy_gives(rate, "zh") == "适用优惠税率或费率（企业所得税）：15%，通常为25%"
    hires = policy(benefit={"type": "fixed_credit", "amount_per_person_year": "6000", "years": "3"})
    assert w.policy_gives(hires, "en") == "Fixed credit: CNY 6,000 a person and year, for 3 years"


def test_an_amount_is_for_you() -> None:
    found = policy(benefit={"type": "extra_deduction"}, amount={"currency": "CNY", "value": 5_200_000})
    assert w.amount_line(found, "en") == "For you: further deduction CNY 5,200,000"
    assert w.amount_line(found, "zh") == "贵公司：可加计扣除520万元"


def test_no_amount_is_said_and_never_zero() -> None:
    unstated = policy(kind="grant", benefit={"type": "grant", "note": {"zh": "未见金额", "en": "amounts not seen"}})
    assert w.amount_line(unstated, "en") == "no amount stated"
    assert w.amount_line(policy(benefit={"type": "recognition", "grants": "hnte"}), "en") == ""


def test_a_stated_zero_stays_a_figure() -> None:
    assert w.amounts(policy(benefit={"type": "exemption"}, amount={"currency": "CNY", "value": 0}), "en") == [
        "tax due a month CNY 0"
    ]


def test_how_a_policy_stands() -> None:
    assert w.policy_stand(policy(answer="need_info", missing=["employees"]), "en") == "Tell us: employees"
    reason = {"holds": False, "text": {"zh": "", "en": "it begins on 2025-09-15"}, "expected": {}}
    assert w.policy_stand(policy(answer="no_match", reasons=[reason]), "en") == "it begins on 15 September 2025"
    assert w.fit_word(policy(decides=False), "en") == "to be checked"
    later = policy(answer="no_match", when={"on": "2025-09-15", "answer": "match"})
    assert (w.fit_word(later, "en"), w.policy_change(later, "zh")) == (
        "from 15 September 2025",
        ["到2025年9月15日自然符合"],
    )


def test_a_long_list_of_missing_facts_is_cut() -> None:
    names = ["employees", "founded_date", "rd_expense", "operating_revenue", "total_assets", "taxable_income"]
    assert w.fact_names(names, "en").endswith(" and 2 more")
    assert w.fact_names(names, "zh").endswith("等6项")
    assert w.fact_names(["share"], "en") == "the foreign share"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_facts_of_every_type_are_shown(lang: str) -> None:
    assert w.fact_shown("operates_website", True, lang) == {"zh": "是", "en": "yes"}[lang]
    assert w.fact_shown("foreign_share", 0.5, lang) == {"zh": "50%", "en": "50 %"}[lang]
    assert w.fact_shown("foreign_investor_countries", ["SG"], lang) == {"zh": "新加坡", "en": "Singapore"}[lang]
    assert w.fact_shown("operates_website", None, lang) == {"zh": "尚未告知", "en": "not told yet"}[lang]


def test_where_no_fact_settles_it_the_answer_says_what_cannot_be_determined() -> None:
    note = {"zh": "该日是否已属于该区，无法判断。", "en": "Whether it already belonged to the zone cannot be told."}
    for lang in ("zh", "en"):
        assert w.access_headline(access(answer="unknown", note=note), lang) == note[lang]


def test_a_change_after_which_a_policy_still_cannot_be_determined_is_not_shown() -> None:
    policy = {"would_change": [{"set": {"foreign_share": 0.01}, "answer": "need_info"}], "when": None}
    assert w.policy_change(policy, "zh") == []
    fits = {"would_change": [{"set": {"foreign_share": 0.25}, "answer": "match"}], "when": None}
    assert w.policy_change(fits, "zh") == ["外资股比为25%即符合"]
