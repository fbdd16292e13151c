"""The page docs/reference/access.md says what the models say; after a change the failing test prints its table."""

from pathlib import Path

from luodi.web.core.policy import every_model, policy_of

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "access.md"


def table() -> str:
    """One line a kind of record and act, in the order of their names."""
    lines = ["| record | act | who |", "|---|---|---|"]
    for model in sorted(every_model(), key=lambda model: model._meta.label):
        for act, who in sorted(policy_of(model).all_acts.items()):
            lines.append(f"| `{model._meta.label}` | {act} | {', '.join(f'`{one.value}`' for one in sorted(who))} |")
    return "\n".join(lines)


def test_the_page_lists_every_act_and_who_may_do_it() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), f"the table should be:\n{table()}"
