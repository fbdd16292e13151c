"""An independent reading of the facts, to hold the books against. Used by the tools and by nothing else.

What the facts mean is written here a second time, from the words of the facts alone: `predicates`, `derived`,
`formulas` and `resolver` know no module of the package. `rows_*` compare fields, `meaning_*` compare answers.
"""
