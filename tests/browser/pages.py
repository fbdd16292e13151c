"""One address of every page, for what must hold on all of them. A test says when a route has none.

A route is named with its arguments behind it: `library:entry service B11`.
"""

OWNERS = (
    "investor=DE&service=B25&place=BJ&held=mill&stake=kranich|company|mill|51&stake=nordlicht|foreign|kranich|75"
    "&stake=founder|domestic|kranich|25&stake=founder|domestic||49"
)
CLOUD = "investor=SG&service=B11&place=BJ&share=100"

#: Name of the route, and what follows its address.
PAGES: dict[str, str] = {
    "site:home": "",
    "site:about": "",
    "site:accessibility": "",
    "accounts:kept": "",
    "api:page": "",
    "advisor:start": "",
    "advisor:ask": f"?{CLOUD}&q=place",
    "advisor:answer": f"?{CLOUD}&q=share&value=much",
    "advisor:owners": f"?{OWNERS}",
    "advisor:check": f"?{CLOUD}&exports_pi=~",
    "advisor:plan": f"?{CLOUD}&on=2024-10-22",
    "advisor:compare": f"?{CLOUD}",
    "advisor:hand_over": f"?{CLOUD}",
    "advisor:report": f"?{CLOUD}&line=section:steps",
    "advisor:reported": "",
    "notices:plan": f"?{CLOUD}",
    "notices:entry treatment p24-b11": "",
    "notices:cell B11 BJ": "",
    "notices:asked": "",
    "leads:interest": "",
    "leads:thanks": "",
    "account_login": "",
    "account_signup": "",
    "account_inactive": "",
    "account_reset_password": "",
    "account_reset_password_done": "",
    "account_reset_password_from_key_done": "",
    "account_email_verification_sent": "",
    "socialaccount_login_cancelled": "",
    "docking:market": "",
    "docking:market_of capital": "",
    "docking:meetings": "",
    "docking:projects": "",
    "library:home": "",
    "library:search": "?q=cloud",
    "library:table": "",
    "library:answer B11 BJ": "",
    "library:changes": "",
    "library:books": "",
    "library:book policies": "",
    "library:edition policies {edition}": "",
    "library:list policy": "",
    "library:entry service B11": "",
    "library:changes_of place BJ": "",
}
#: Pages of one who has signed in: here an administrator, who has said the password once more.
OWN_PAGES = [
    "accounts:home", "accounts:people", "accounts:invite", "accounts:runs", "accounts:units", "accounts:companies",
    "accounts:own_data", "accounts:sign_on_again", "journal:entries", "account_logout",
    "account_change_password", "account_email", "account_reauthenticate", "mfa_index", "mfa_activate_totp",
    "mfa_add_webauthn", "mfa_list_webauthn", "usersessions_list", "socialaccount_connections", "api:keys",
    "api:make_key",
]  # fmt: skip
#: Pages of what was handed over, reported or kept; `test_desk` makes the records that stand in braces.
DESK_PAGES = {
    "advisor:enquiry {secret}": "",
    "notices:stop_kind {stop}": "",
    "notices:own": "",
    "notices:settings": "",
    "notices:confirm {confirm}": "",
    "notices:stop {stop_notices}": "",
    "advisor:saved": "",
    "advisor:keep": f"?{CLOUD}",
    "advisor:enquiries": "?state=",
    "advisor:received {enquiry}": "",
    "advisor:as_it_was {enquiry}": "",
    "advisor:reports": "?state=",
    "advisor:reported_line {report}": "",
    "cases:list": "?state=",
    "cases:case {case}": "",
    "cases:own": "",
    "cases:own_case {case}": "",
    "companies:companies": "?words=cloud",
    "companies:new": "",
    "companies:company {company}": "",
    "companies:merged {merge}": "",
    "companies:imports": "",
    "companies:import {run}": "",
    "leads:inbox": "?state=",
    "leads:new": "",
    "leads:file": "",
    "leads:lead {lead}": "",
    "docking:posted {demand}": "",
    "docking:edit {draft_demand}": "",
    "docking:new demands": "",
    "docking:new investors": "",
    "docking:desk": "?state=",
    "docking:desk_of parks": "",
    "docking:matches": "?state=",
    "docking:match {match}": "",
    "docking:meeting {meeting}": "",
    "docking:new_meeting": "",
    "docking:capabilities": "",
    "books:desk": "",
    "books:draft {draft}": "",
    "books:history {draft}": "",
    "books:edit {draft}": "",
    "books:edit_row {draft}": "?file=rules/paths.yaml&row=dx-ciio",
    "books:new_row {draft}": "?file=tests/paths.yaml&rule=dx-ciio",
    "books:new_rule {draft}": "?file=rules/paths.yaml",
    "books:edit_text {draft}": "?file=rules/paths.yaml",
    "books:try {draft}": "",
    "books:affected {draft}": "",
    "books:publications data-export-path": "",
}
#: Addresses that do something, or are a page only in the midst of something; the tests of accounts go through them.
ACTS = {
    "accounts:erase_person", "accounts:unit", "accounts:company", "accounts:stay", "accounts:absence",
    "accounts:take_own", "accounts:erase_own", "accounts:invitation", "accounts:end_session",
    "accounts:person", "journal:export", "account_confirm_email",
    "account_set_password", "account_reset_password_from_key", "mfa_authenticate", "mfa_reauthenticate",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_login_webauthn",
    "socialaccount_login_error", "socialaccount_signup", "advisor:act", "advisor:act_on_saved",
    "notices:go", "notices:read",
    "api:revoke_key",
    "books:begin", "books:act", "books:withdraw", "books:keep_profile", "books:remove_profile", "books:start_run",
    "books:stop_run", "companies:act", "companies:act_on_import", "companies:decide",
    "leads:act", "cases:act", "cases:proof",
    "docking:act", "docking:act_on_match", "docking:act_on_meeting", "docking:export", "docking:repeat",
    "docking:check",
}  # fmt: skip
#: Routes that answer with a file and not with a page.
FILES = {
    *("companies:export", "companies:skipped"),
    *("advisor:pdf", "advisor:html", "advisor:json", "advisor:file", "library:table_csv", "library:table_json"),
    *("books:download", "books:download_draft", "books:run_ids"),
    *("library:atom", "library:json_feed", "library:atom_of", "library:json_feed_of"),
}
#: More addresses of routes that look different from case to case.
ALSO = [
    ("api:page", "?question=access&body=%7B%22service%22%3A%22B1l%22%7D"),
    ("advisor:ask", ""),
    ("advisor:ask", "?investor=SG&q=service&find=cloud"),
    ("advisor:ask", "?q=service&find=*"),
    ("advisor:ask", f"?{CLOUD}&q=content_services"),
    ("advisor:ask", f"?{CLOUD}&q=employees"),
    ("advisor:ask", f"?{CLOUD}&q=founded_date"),
    ("advisor:owners", ""),
    ("advisor:report", "?line=step:vats-pilot-approval"),
    ("advisor:plan", f"?{OWNERS}"),
    ("advisor:plan", "?investor=CN&service=B21-EC&place=SH"),
    ("advisor:plan", "?investor=HK&cepa_qualified=true&service=~"),
    ("library:search", ""),
    ("library:search", "?q=%E6%95%B0%E6%8D%AE&kind=step&confidence=high"),
    ("library:search", "?q=zzzz"),
    ("library:table", "?on=never"),
    ("library:table", "?places=all&services=basic"),
    ("library:answer B13 BJ", "?on=2024-10-23&investor=cepa"),
    ("library:entry place BJ", ""),
    ("library:entry treatment cepa-b11-2003", ""),
    ("library:entry policy bj-chaoyang-mnc-hq-reward", ""),
    ("library:entry step vats-pilot-approval", ""),
    ("library:entry instrument miit-2024-107", ""),
    ("library:entry flag shares-over-one", ""),
]


def route_of(name: str) -> str:
    """The route without its arguments."""
    return name.split()[0]
