"""One address of every page, for what must hold on all of them. A test says when a route has none."""

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
}
#: Routes that answer with a file and not with a page.
FILES = {"advisor:pdf", "advisor:html", "advisor:json"}
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
]
