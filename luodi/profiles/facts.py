"""What is known of one company on one day: given facts, and facts derived from them when absent."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from luodi.profiles.vocabulary import Value, Vocabulary, as_json
from luodi.text import json_bytes


@dataclass(frozen=True, slots=True)
class Lacking:
    """A derivation that cannot be made, with the names to ask for in place of the derived one."""

    names: frozenset[str]


Derivation = Callable[["Facts"], Value | Lacking]


class Facts:
    """Typed facts by name. A derived attribute is computed once, when asked, and never replaces a given one.

    `prefixes` are beginnings of codes that are not known whole: a company that plans to register in Beijing has a
    region code that begins with 11, whatever its district. They settle a prefix test where they can and no other.
    """

    __slots__ = ("_computed", "_shown", "derivations", "given", "prefixes", "vocabulary")

    def __init__(
        self,
        vocabulary: Vocabulary,
        given: Mapping[str, Value],
        derivations: Mapping[str, Derivation] | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.given = dict(given)
        self.derivations = derivations or {}
        self.prefixes = prefixes or {}
        self._computed: dict[str, Value | Lacking] = {}
        self._shown: Shown | None = None

    def value(self, name: str) -> Value | None:
        """The value, or None where it is not known."""
        found = self.given.get(name)
        if found is not None or name not in self.derivations:
            return found
        derived = self._derive(name)
        return None if isinstance(derived, Lacking) else derived

    def missing(self, name: str) -> frozenset[str]:
        """The names to ask for when `name` is not known: itself, or what its derivation lacks."""
        if name in self.derivations and name not in self.given:
            derived = self._derive(name)
            if isinstance(derived, Lacking):
                return derived.names
        return frozenset((name,))

    def _derive(self, name: str) -> Value | Lacking:
        if name not in self._computed:
            self._computed[name] = self.derivations[name](self)
        return self._computed[name]

    def derived(self) -> dict[str, Value]:
        """Every derived value that could be computed and was not given."""
        found = {}
        for name in self.derivations:
            if name not in self.given:
                value = self.value(name)
                if value is not None:
                    found[name] = value
        return found

    def having(self, changes: Mapping[str, Value | None]) -> "Facts":
        """The same company with some facts replaced; None takes a fact away."""
        given = {**self.given, **{k: v for k, v in changes.items() if v is not None}}
        for name, value in changes.items():
            if value is None:
                given.pop(name, None)
        return Facts(self.vocabulary, given, self.derivations, self.prefixes)

    @property
    def shown(self) -> "Shown":
        """The facts as JSON shows them, by their names."""
        if self._shown is None:
            self._shown = Shown(self)
        return self._shown

    def known(self, names: Iterable[str]) -> Iterator[tuple[str, Value]]:
        for name in names:
            value = self.value(name)
            if value is not None:
                yield name, value


class Shown(dict[tuple[str, ...], Mapping[str, object]]):
    """By the names of some facts: those that are known, as JSON shows them.

    Made when they are first asked for and kept, since hundreds of clauses ask the same few. To be read, not changed.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.written = _Written(facts)

    def __missing__(self, names: tuple[str, ...]) -> Mapping[str, object]:
        found = self[names] = {name: as_json(value) for name, value in self.facts.known(names)}
        return found


class _Written(dict[tuple[str, ...], bytes]):
    """The same as JSON text, put together from each fact's own."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.pairs: dict[str, bytes] = {}  # `"name":value`; empty where it is not known

    def __missing__(self, names: tuple[str, ...]) -> bytes:
        pairs = [self.pairs[name] if name in self.pairs else self._pair(name) for name in names]
        found = self[names] = b"{" + b",".join(filter(None, pairs)) + b"}"
        return found

    def _pair(self, name: str) -> bytes:
        value = self.facts.value(name)
        found = self.pairs[name] = b"" if value is None else json_bytes({name: as_json(value)})[1:-1]
        return found
