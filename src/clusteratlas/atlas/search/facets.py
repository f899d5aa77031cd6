"""The facets that projects can be filtered by, described once; and the reading of filters that a person gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clusteratlas.errors import UsageError, nearest

BUDGET_BANDS = (
    ("under-100k", "under EUR 100,000", 0, 100_000),
    ("100k-500k", "EUR 100,000 to 500,000", 100_000, 500_000),
    ("500k-1m", "EUR 500,000 to 1 million", 500_000, 1_000_000),
    ("1m-2.5m", "EUR 1 to 2.5 million", 1_000_000, 2_500_000),
    ("2.5m-5m", "EUR 2.5 to 5 million", 2_500_000, 5_000_000),
    ("5m-10m", "EUR 5 to 10 million", 5_000_000, 10_000_000),
    ("10m-plus", "EUR 10 million and more", 10_000_000, float("inf")),
)
"""Value, label, from (included) and to (excluded), in EUR."""

SME_BANDS = (
    ("0", "no SME", 0, 0),
    ("1-25", "up to 25 %", 0, 25),
    ("26-50", "over 25 to 50 %", 25, 50),
    ("51-75", "over 50 to 75 %", 50, 75),
    ("76-100", "over 75 %", 75, 100),
)
"""Value, label, over and up to, in percent of the participants."""

CLUSTER_LABELS = (("core", "core"), ("related", "related"), ("none", "not a cluster project"))
CLUSTER_YES = ("core", "related")
KINDS = (("project", "project"), ("partnership", "partnership"))
ORGANISATION_TYPES = (
    ("HES", "higher or secondary education"),
    ("REC", "research organisation"),
    ("PRC", "private company"),
    ("PUB", "public body"),
    ("OTH", "other"),
)


@dataclass(frozen=True)
class Facet:
    """A property that projects can be filtered by.

    ``parameter`` is its name in addresses, on the command line and in Python. ``kind``: closed (the values
    that the release holds, others are refused), open (any id or code), tree (a value stands for all below
    it), number. ``clause`` says the filter in a sentence. ``values`` are fixed values in their own order.
    ``is_listed`` facets are shown beside results.
    """

    name: str
    label: str
    meaning: str
    kind: str
    clause: str
    example: str
    values: tuple[tuple[str, str], ...] = ()
    is_listed: bool = True

    @property
    def parameter(self) -> str:
        """The name of the filter in addresses, on the command line and in Python."""
        return self.name


def _bands(bands: tuple[tuple, ...]) -> tuple[tuple[str, str], ...]:
    return (*((value, label) for value, label, *_ in bands), ("unknown", "not known"))


FACETS: tuple[Facet, ...] = (
    Facet("cluster", "Cluster project", "Whether it is a cluster project: core, related or none; yes means core or "
          "related", "closed", "judged {}", "core", CLUSTER_LABELS),
    Facet("pillar", "Pillar", "Pillar of the European cluster initiatives", "closed", "of the pillar {}",
          "internationalisation"),
    Facet("initiative", "Initiative", "European cluster initiative", "closed", "of the initiative {}", "innosup-1"),
    Facet("programme", "Programme", "Funding programme", "closed", "funded by {}", "HORIZON"),
    Facet("kind", "Kind", "A funded project, or a cluster partnership outside the research databases", "closed",
          "of the kind {}", "partnership", KINDS),
    Facet("theme", "Theme", "Theme (EuroSciVoc) by the names from the top of the tree, or by its code; a theme "
          "stands for all below it", "tree", "on {}", "natural sciences/chemical sciences"),
    Facet("country", "Country", "Country of any participant, ISO 3166-1 code", "closed", "with participants from {}",
          "FR"),
    Facet("coordinator_country", "Country of the coordinator", "Country of the coordinator, ISO 3166-1 code",
          "closed", "coordinated from {}", "FR", is_listed=False),
    Facet("region", "Region", "NUTS region of any participant, levels 0 to 3; a region stands for all inside it",
          "tree", "with participants in {}", "FRK2"),
    Facet("year", "Start year", "Year in which the project starts", "closed", "starting in {}", "2024"),
    Facet("active", "Running in", "Year in which the project runs", "closed", "running in {}", "2024",
          is_listed=False),
    Facet("status", "Status", "Status: SIGNED, CLOSED or TERMINATED", "closed", "with the status {}", "SIGNED"),
    Facet("scheme", "Funding scheme", "Funding scheme (type of action)", "closed", "funded as {}", "HORIZON-CSA"),
    Facet("organisation_type", "Kind of organisation", "Type of any participant", "closed", "with a {}", "PRC",
          ORGANISATION_TYPES),
    Facet("sme_share", "Share of SMEs", "Share of participants that are small or medium-sized enterprises, percent",
          "closed", "with a share of SMEs of {}", "26-50", _bands(SME_BANDS)),
    Facet("budget", "EU contribution", "EU contribution to the project, in bands", "closed",
          "with an EU contribution of {}", "1m-2.5m", _bands(BUDGET_BANDS)),
    Facet("budget_min", "EU contribution from", "Smallest EU contribution, EUR", "number",
          "with an EU contribution of at least EUR {}", "500000", is_listed=False),
    Facet("budget_max", "EU contribution to", "Largest EU contribution, EUR", "number",
          "with an EU contribution of at most EUR {}", "2000000", is_listed=False),
    Facet("organisation", "Organisation", "Id of a participant", "open", "with the participant {}", "pic:999902967",
          is_listed=False),
    Facet("topic", "Topic", "Code of the topic", "open", "of the topic {}", "HORIZON-EIE-2021-CONNECT-01-01",
          is_listed=False),
    Facet("call", "Call", "Code of the call, of its family or of the topic", "open", "of the call {}",
          "HORIZON-EIE-2021-CONNECT-01", is_listed=False),
)  # fmt: skip

_BY_NAME = {facet.name: facet for facet in FACETS}


def facet(name: str) -> Facet:
    """The facet of that name (hyphens may stand for underscores); raises `UsageError` that names the nearest.

    >>> facet("sme-share").label
    'Share of SMEs'
    """
    found = _BY_NAME.get(name.replace("-", "_"))
    if found is None:
        raise UsageError(f"there is no filter '{name}'", remedy=nearest(name, _BY_NAME))
    return found


def read_filters(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Filters as a person gives them (one value or several), as tuples of words by facet; empty ones left out.

    Raises `UsageError` for a filter that does not exist.

    >>> read_filters({"country": ["FR", "DE"], "year": 2024, "theme": None})
    {'country': ('FR', 'DE'), 'year': ('2024',)}
    """
    read = {facet(name).name: _words(values) for name, values in given.items()}
    return {name: read[name] for name in _BY_NAME if read.get(name)}


def _words(values: Any) -> tuple[str, ...]:
    if values is None:
        return ()
    several = values if isinstance(values, Iterable) and not isinstance(values, str) else (values,)
    # halves of characters, which no file can hold, are replaced
    texts = (str(value).encode("utf-8", "replace").decode() for value in several if value is not None)
    words = (text.strip() for text in texts)
    return tuple(dict.fromkeys(word for word in words if word))


def read_number(name: str, word: str) -> float:
    """An amount in EUR as a person writes it; raises `UsageError`.

    >>> read_number("budget_min", "1,500,000"), read_number("budget_min", "2.5m"), read_number("budget_max", "500k")
    (1500000.0, 2500000.0, 500000.0)
    """
    text = word.lower().replace(",", "").replace(" ", "").replace("_", "")
    factor = {"k": 1e3, "m": 1e6}.get(text[-1:], 1.0)
    try:
        number = float(text.rstrip("km")) * factor
    except ValueError:
        number = float("nan")
    if not 0 <= number < 1e15:
        raise UsageError(
            f"'{word[:60]}' is no amount", where=name, remedy="write a number of euros, such as 500000"
        )
    return number
