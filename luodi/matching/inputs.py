"""Tables of companies: Parquet, CSV, Arrow and anything that hands over record batches, read a few blocks at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from luodi.errors import BadInput, UnknownKey, UnreadableFile, did_you_mean
from luodi.matching.parquet_files import ParquetFiles, short
from luodi.matching.table import Input, fingerprint
from luodi.matching.text_files import open_text
from luodi.profiles.vocabulary import Vocabulary

# ---- which column is which attribute


@dataclass(frozen=True)
class Mapped:
    """`columns`: attribute to column; `ignored`: columns nobody reads; `hints`: ignored ones that look misspelt."""

    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    hints: tuple[str, ...]

    def but(self, id_column: str | None) -> "Mapped":
        """The same, with a column that names the companies."""
        return replace(self, ignored=tuple(name for name in self.ignored if name != id_column))


def map_columns(
    schema: pa.Schema, vocabulary: Vocabulary, reads: Iterable[str], chosen: Mapping[str, str] | None = None
) -> Mapped:
    """Columns by their attribute. `chosen` (column to attribute) goes before equal names."""
    names, chosen = single(schema.names), chosen or {}
    by_attribute = {name: name for name in names if name in vocabulary and name not in chosen}
    for column, attribute in chosen.items():
        if column not in names:
            shown = ", ".join(f"`{name}`" for name in names[:20])
            raise UnknownKey(
                "matching.no-column-2",
                column=column,
                shown=shown,
                meant=did_you_mean(column, names),
                at=f"{column}={attribute}",
            )
        vocabulary.attribute(attribute, at=f"{column}={attribute}")
        if by_attribute.get(attribute) in chosen:
            other = by_attribute[attribute]
            raise BadInput("matching.already-what-stands", attribute=attribute, other=other, at=f"{column}={attribute}")
        by_attribute[attribute] = column
    wanted = {name: by_attribute[name] for name in sorted(reads) if name in by_attribute}
    known = set(by_attribute.values())
    ignored = tuple(name for name in names if name not in known)
    return Mapped(wanted, ignored, tuple(_hints(ignored, wanted, by_attribute, vocabulary)))


def _hints(
    ignored: Sequence[str], wanted: Mapping[str, str], by_attribute: Mapping[str, str], vocabulary: Vocabulary
) -> Iterator[str]:
    for name in ignored:
        near = get_close_matches(name.strip().lower(), vocabulary.attributes, n=1, cutoff=0.8)
        if name in vocabulary:
            if name in by_attribute:
                yield f"the column `{name}` is not read: `{by_attribute[name]}` stands for the attribute"
        elif near:
            yield f"the column `{name}` is no attribute. Did you mean `{near[0]}`?"
    if not wanted:
        yield "no column is an attribute that a rule asks for, so nothing is known; name them with --column"


def single(names: Sequence[str]) -> Sequence[str]:
    """The names, if each is there once."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput("matching.column-stands-twice", twice=twice[0], at="header")
    return names


# ---- files


def open_input(path: Path, *, stream: IO[bytes] | None = None) -> Input:
    """The table of a file by its name: .parquet (or a folder of such), .csv, .tsv, .arrow. `stream`: Arrow, too."""
    if stream is not None:
        return _stream(stream, "standard input")
    if not path.exists():
        raise UnreadableFile("matching.no-such-file", at=path.name)
    endings = _endings(path)
    if path.is_dir() or endings[-1:] in ([".parquet"], [".pq"]):
        return _parquet(path)
    if endings[-1:] and endings[-1] in (".arrow", ".arrows", ".feather", ".ipc"):
        return _arrow(path)
    if {".csv", ".tsv", ".txt"} & set(endings[-2:]):
        return open_text(path, "\t" if ".tsv" in endings else ",")
    raise BadInput("matching.table-companies-parquet-csv-tsv", at=path.name)


def _endings(path: Path) -> list[str]:
    return [ending.lower() for ending in path.suffixes]


def _parquet(path: Path) -> Input:
    files = ParquetFiles(path)
    return Input(
        path.name, files.schema, files.read, rows=files.rows, fingerprint=fingerprint(files.paths), paths=(path,)
    )


def _arrow(path: Path) -> Input:
    with path.open("rb") as file:
        is_stream = file.read(6) != b"ARROW1"
    try:
        if is_stream:
            return _stream(pa.memory_map(str(path)), path.name, fingerprint([path]), (path,))
        reader = pa.ipc.open_file(pa.memory_map(str(path)))
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableFile("matching.no-whole-arrow-file", problem=short(problem), at=path.name) from None
    batches = (reader.get_batch(at) for at in range(reader.num_record_batches))
    return of_batches(path.name, reader.schema, batches, fingerprint([path]), paths=(path,))


class _Watched:
    """A stream of bytes that remembers whether it ended before what was asked of it was there."""

    closed = False

    def __init__(self, source: Any) -> None:
        self.source, self.ended = source, False

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.source.read(size)
        self.ended |= len(data) < size
        return data


def _stream(source: Any, name: str, print_: str = "", paths: tuple[Path, ...] = ()) -> Input:
    watched = _Watched(source)
    try:
        reader = pa.ipc.open_stream(pa.PythonFile(watched, "r"))
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableFile("matching.no-arrow-stream", problem=short(problem), at=name) from None

    def batches() -> Iterator[pa.RecordBatch]:
        yield from reader
        if watched.ended:
            raise pa.ArrowInvalid("the stream has no end mark, so it may be cut off; its writer has to close it")

    return of_batches(name, reader.schema, batches(), print_, paths=paths)


def of_batches(
    name: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    print_: str = "",
    rows: int | None = None,
    *,
    paths: tuple[Path, ...] = (),
) -> Input:
    """An input of record batches in memory or on their way, such as those of a query."""

    def read(columns: Sequence[str], skip: int) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            dropped = min(skip, batch.num_rows)
            skip -= dropped
            yield batch.select(list(columns)).slice(dropped)

    return Input(name, schema, read, rows=rows, fingerprint=print_, paths=paths)
