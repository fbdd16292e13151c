"""What a page shows after an act is waited for. An assertion that looks once fails where the browser is slower than the
test; `expect` looks until it holds."""

from typing import Any, Final

#: Milliseconds: a book of 3,000 lines is filled in within twenty seconds, and a machine may be busy.
PATIENCE: Final = 180_000


def expect(what: Any) -> Any:
    """Playwright's assertions about a page or a part of it, as patient as everything else here."""
    from playwright.sync_api import expect as expected

    expected.set_options(timeout=PATIENCE)
    return expected(what)
