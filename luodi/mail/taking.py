"""What of a message's files may be kept, looked over as every file is that somebody sends."""

import io
from dataclasses import dataclass

from luodi.mail.reading import Mail
from luodi.message import LANGUAGES
from luodi.uploads.checking import Checked, checked, clean_name
from luodi.uploads.kinds import RefusedFile


@dataclass(frozen=True)
class Taken:
    """`left_out`: each of the others with its `name`, and why not in both languages (`zh`, `en`)."""

    files: tuple[Checked, ...]
    left_out: tuple[dict[str, str], ...]


def taken_of(mail: Mail, limit: int) -> Taken:
    """`limit` in bytes, of all files together."""
    files: list[Checked] = []
    left: list[dict[str, str]] = []
    for one in mail.files:
        try:
            if len(one.content) + sum(file.size for file in files) > limit:
                raise RefusedFile("large", most=f"{limit / 1_000_000:g}")
            files.append(checked(io.BytesIO(one.content), one.name, limit=limit))
        except RefusedFile as problem:
            why = {lang: problem.message.said(lang) for lang in LANGUAGES}
            left.append({"name": clean_name(one.name) or "–", **why})
    return Taken(tuple(files), tuple(left))
