"""What a row or document of keep.eu says, before it is known which project it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

Row = dict[str, str | None]


@dataclass(frozen=True)
class Key:
    """What a project is called: the programme, and its number (since 2021), acronym, title or id in keep.eu."""

    programme: str | None = None
    number: str | None = None
    acronym: str | None = None
    title: str | None = None
    keep_id: str | None = None


@dataclass(frozen=True)
class Found:
    """A row with canonical names, the key of its project, where it stands, and how it reads.

    ``origin`` is the export or document that it came with: rows of one origin belong together.
    """

    row: Row
    key: Key
    origin: str
    file: str
    line: int
    text: str

    @property
    def place(self) -> str:
        """File and line, as reasons name them."""
        return f"{self.file}:{self.line}"
