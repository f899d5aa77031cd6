"""What a reader would weigh, as numbers: words in context, roles of clusters, call, vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log1p

import numpy as np
import pyarrow.compute as pc

from clusteratlas.arrow import numbers, strings
from clusteratlas.relevance.cases import ECONOMIC, LEAD, Case, Consortium
from clusteratlas.relevance.patterns import Patterns, Signal, fold

TEXT_FEATURES = (
    "says_economic", "says_organised", "mentions_economic", "mentions_organised", "mentions_title",
    "mentions_lead", "mentions_programme", "mentions_science", "mentions_unclear",
)  # fmt: skip
PARTNER_FEATURES = (
    "has_cluster", "cluster_partners", "cluster_share", "cluster_coordinator", "cluster_associated",
    "known_partners", "support_share", "support_coordinator", "share_firms", "share_universities",
    "share_public", "share_other", "partners", "single_partner",
)  # fmt: skip
OTHER_FEATURES = ("budget", "no_text", "points_to_cluster")
"""``points_to_cluster``: a cluster takes part or is spoken of, or the call connects ecosystems."""

CONNECTING_CALLS = (
    "call_ecosystems",
    "call_connect",
    "call_acceleration",
    "call_clusters",
    "call_clusters_code",
)

ASSOCIATED = frozenset(
    ("associatedPartner", "thirdParty", "internationalPartner", "supportingOrganisation", "subcontractor")
)
"""Roles of those who take part without a grant of their own."""


def feature_names(patterns: Patterns) -> tuple[str, ...]:
    """The columns of the feature matrix, in order."""
    calls = tuple(s.name for s in patterns.calls)
    return (*TEXT_FEATURES, *PARTNER_FEATURES, *OTHER_FEATURES, *calls, *(s.name for s in patterns.lexicon))


def feature_matrix(cases: Sequence[Case], patterns: Patterns) -> np.ndarray:
    """A row per case, a column per name of ``feature_names``; counts damped by log(1 + n)."""
    if not cases:
        return np.zeros((0, len(feature_names(patterns))))
    calls = {signal.name: _call_column(cases, signal) for signal in patterns.calls}
    connects = np.maximum.reduce([calls[name] for name in CONNECTING_CALLS])
    points = np.maximum(connects, [case.is_near_cluster for case in cases])
    read = [[*_text_row(case), *_partner_row(case.consortium), *_money_row(case)] for case in cases]
    columns = [np.array(read, dtype=float), points, *calls.values(), *_lexicon_columns(cases, patterns)]
    return np.column_stack(columns)


def _call_column(cases: Sequence[Case], signal: Signal) -> np.ndarray:
    values = [case.project[signal.field] for case in cases]
    fits = {value: bool(signal.pattern.search(fold(value))) for value in set(values)}
    heard = [not signal.needs_cluster or case.is_near_cluster for case in cases]
    return np.array([fits[value] and may for value, may in zip(values, heard, strict=True)], dtype=float)


def _lexicon_columns(cases: Sequence[Case], patterns: Patterns) -> list[np.ndarray]:
    # RE2 over the whole column costs a third of a Python search per text.
    texts = strings([fold(case.text) for case in cases])
    counts = (pc.count_substring_regex(texts, s.pattern.pattern) for s in patterns.lexicon)
    return [np.log1p(numbers(count)) for count in counts]


def _text_row(case: Case) -> list[float]:
    body = Counter(m.sense for m in (*case.title_mentions, *case.body_mentions))
    economic = body["economic"] + body["organised"]
    title = sum(m.sense in (*ECONOMIC, "unclear") for m in case.title_mentions)
    lead = any(m.sense in ECONOMIC and m.start < LEAD for m in case.body_mentions)
    others = [log1p(body[sense]) for sense in ("programme", "science", "unclear")]
    says = [float(economic > 0), float(body["organised"] > 0)]
    return [*says, log1p(economic), log1p(body["organised"]), float(title > 0), float(lead), *others]


def _partner_row(consortium: Consortium) -> list[float]:
    size = max(consortium.size, 1)
    kinds, activities = consortium.kinds, consortium.activities
    clusters = kinds["cluster"] + kinds["known"]
    associated = sum(role in ASSOCIATED for _, role in consortium.clusters)
    return [
        float(clusters > 0), log1p(clusters), clusters / size,
        float(consortium.coordinator_kind in ("cluster", "known")),
        log1p(associated), log1p(kinds["known"]), kinds["support"] / size,
        float(consortium.coordinator_kind == "support"),
        *(activities[kind] / size for kind in ("PRC", "HES", "PUB", "OTH")),
        log1p(consortium.size), float(consortium.size == 1),
    ]  # fmt: skip


def _money_row(case: Case) -> list[float]:
    euros = case.project["eu_contribution_eur"]
    return [log1p(float(euros) / 1e6) if euros else 0.0, float(not case.has_body)]
