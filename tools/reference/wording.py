"""What the facts' authors say to each other, and no reader sees: where a figure comes from stands in fields."""

import re
from typing import Any, Final

#: In the order in which they are taken out. `(read)` and `recalled` became `confidence` and `verification`.
_REMARKS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r" \((?:from memory[^)]*|recalled|read|seen|agency text)\)",
        r"[;,] (?:document )?(?:number|title|nationwide rule)?\s?from memory(?: of the English page)?(?=[.;]|$)",
        r"^(?:document number not seen|date|number|title and number|half-yearly dates)?\s?(?:from memory)?;?$",
        r"^number inferred from the shift by two .*$",
        r"(?:^|(?<=\.) ?)From memory\.$",
        r"; Chinese title from memory(?=, number not seen)",
        r"[;,] recalled$",
        r"^recalled: ",
        r"; the search answer gave no address$",
    )
)
_SAID_ANEW: Final = {
    "page where the fact was seen; null when from memory": "page where the fact was seen; null when no page was seen",
    "regularly; at least every two years above 10,000,000 people": "at least every two years above 10,000,000 people",
    "Cross-regional licence": "Cross-regional value-added telecom licence",
    "B25 licence": "Value-added telecom licence (information services)",
    "File entry of 2026-11-24, practice figure": "Practice figure of November 2026",
    "Telecom rules look through to the ultimate shareholder, so store the penetrated figure.": (
        "Telecom rules look through to the ultimate shareholder, so give the figure after the look-through."
    ),
    "Derived with the SME size table in policies.yaml; do not ask the user.": (
        "Worked out by the standard for small and medium-sized enterprises; it need not be asked."
    ),
    "Store each with certificate number, issue date and expiry; a match must check expiry on the as-of date.": (
        "Each must be valid on the day asked about; have the numbers and days of the certificates ready."
    ),
    "Codes of the 2015 catalogue (amended 2019); see landing-services.yaml for meanings and foreign-share limits.": (
        "Codes of the 2015 catalogue (amended 2019); the rules on market access have their meanings and the limits on "
        "foreign shares."
    ),
    "Only true after written notice from the sector regulator; unknown must be treated as not designated, with a "
    "warning.": (
        "The written notice of the authority in charge counts; without one it is taken as not designated, and the plan "
        "says so."
    ),
}
#: Parts of texts, in the words of whoever is asked.
_PARTS_ANEW: Final = (
    ("单一外方10、合计30，", "单一外方不超过10%、合计不超过30%，"),
    ("10 for one holder, 30 together", "10 % for one holder, 30 % together"),
    ("off_negative_list means: the sector", "Outside the negative list means that the sector"),
    ("One value per flow; run the rules once per ground.", "Pick one ground for each flow."),
    ("same predicate language as policies.yaml", "the same language of conditions as the support policies"),
    (
        "is_ciio absent counts as not designated.",
        "A company that does not say whether it is a critical information infrastructure operator counts as not "
        "designated.",
    ),
    ("Apply sme_size_standard in policies.yaml", "Apply the size standard for small and medium-sized enterprises"),
    ("rd_expense / operating_revenue, exact", "R&D expense divided by operating revenue, exact"),
    ("rd_expense_3y / sales_revenue_3y, exact", "R&D expense of three years divided by their sales, exact"),
)


def for_readers(value: Any) -> Any:
    """The text, or each text of a row, without the authors' remarks; None where nothing is left."""
    if isinstance(value, dict):
        return {key: for_readers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [for_readers(item) for item in value]
    if not isinstance(value, str):
        return value
    text = _SAID_ANEW.get(value, value)
    for words, anew in _PARTS_ANEW:
        text = text.replace(words, anew)
    for remark in _REMARKS:
        text = remark.sub("", text)
    return text or None
