"""The room's own knowledge, read once from ``patterns.yml``: senses of the word, names, calls, vocabulary."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True)
class Sense:
    """One meaning of the word and the contexts that give it away."""

    name: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    near: re.Pattern[str] | None


@dataclass(frozen=True)
class Signal:
    """A pattern on one field of a project, and what it says when it fits."""

    name: str
    field: str
    pattern: re.Pattern[str]
    says: str
    needs_cluster: bool = False


@dataclass(frozen=True)
class Patterns:
    """Everything in ``patterns.yml``, compiled; ``fingerprint`` tells which version a model knows."""

    word: re.Pattern[str]
    window: int
    senses: tuple[Sense, ...]
    names: dict[str, str]
    calls: tuple[Signal, ...]
    look_at: tuple[Signal, ...]
    lexicon: tuple[Signal, ...]
    fingerprint: str


def fold(text: str) -> str:
    """Lower case without accents, so that one pattern serves all spellings; other scripts are left out.

    >>> fold("Pôle de Compétitivité")
    'pole de competitivite'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return text.lower()


def _any(patterns: list[str] | None) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{p})" for p in patterns)) if patterns else None


def _sense(entry: dict) -> Sense:
    return Sense(entry["sense"], *(_any(entry.get(place)) for place in ("before", "after", "near")))


def _signals(entries: list[dict]) -> tuple[Signal, ...]:
    return tuple(
        Signal(
            e.get("id", "look_at"),
            e.get("field", "text"),
            re.compile(e["pattern"]),
            e.get("says", ""),
            e.get("needs_cluster", False),
        )
        for e in entries
    )


@cache
def load_patterns() -> Patterns:
    """The shipped patterns; the file is package data and is read once.

    >>> load_patterns().senses[0].name
    'programme'
    """
    raw = resources.files(__package__).joinpath("patterns.yml").read_bytes()
    data = yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    names = {k: "|".join(f"(?:{p})" for p in v) for k, v in data["organisations"].items()}
    return Patterns(
        word=re.compile(data["word"]),
        window=data["window"],
        senses=tuple(_sense(entry) for entry in data["senses"]),
        names=names,
        calls=_signals(data["calls"]),
        look_at=_signals(data["look_at"]),
        lexicon=_signals(data["lexicon"]),
        fingerprint=hashlib.sha256(raw).hexdigest()[:16],
    )
