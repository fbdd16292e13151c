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
    "advisor:start": "",
    "advisor:ask": f"?{CLOUD}&q=place",
    "advisor:answer": f"?{CLOUD}&q=share&value=much",
    "advisor:owners": f"?{OWNERS}",
    "advisor:check": f"?{CLOUD}&exports_pi=~",
    "advisor:plan": f"?{CLOUD}&on=2024-10-22",
    "advisor:compare": f"?{CLOUD}",
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
#: Routes that answer with a file and not with a page.
FILES = {
    *("advisor:pdf", "advisor:html", "advisor:json", "library:table_csv", "library:table_json"),
    *("library:atom", "library:json_feed", "library:atom_of", "library:json_feed_of"),
}
#: More addresses of routes that look different from case to case.
ALSO = [
    ("advisor:ask", ""),
    ("advisor:ask", "?investor=SG&q=service&find=cloud"),
    ("advisor:ask", "?q=service&find=*"),
    ("advisor:ask", f"?{CLOUD}&q=content_services"),
    ("advisor:ask", f"?{CLOUD}&q=employees"),
    ("advisor:ask", f"?{CLOUD}&q=founded_date"),
    ("advisor:owners", ""),
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
