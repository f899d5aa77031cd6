"""What speaks for or against a project, in words a policy maker reads: passages and facts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from textwrap import shorten

from clusteratlas.relevance.cases import ECONOMIC, Case
from clusteratlas.relevance.features import CONNECTING_CALLS
from clusteratlas.relevance.patterns import Patterns
from clusteratlas.relevance.words import Mention, passage
from clusteratlas.taxonomies import initiatives

MOST_ITEMS = 12
LEAST_WEIGHT = 0.1
RULE_WEIGHT = 10.0
LONGEST_CALL = 110
PASSAGES = {
    "economic": (
        "says_economic", "says_organised", "mentions_economic", "mentions_organised", "mentions_title",
        "mentions_lead",
    ),
    "programme": ("mentions_programme",),
    "science": ("mentions_science",),
    "unclear": ("mentions_unclear",),
}  # fmt: skip
PARTNERS = ("has_cluster", "cluster_partners", "cluster_share", "cluster_associated", "known_partners")
SHARED = "points_to_cluster"
"""Told with the participants when a cluster is among them, else with the passages, else with the call."""

FACTS = {
    "support_coordinator": "coordinator is an agency, chamber, park or other intermediary",
    "support_share": "agencies, chambers, parks or other intermediaries take part",
    "single_partner": "a single participant",
}


def evidence_json(
    case: Case,
    weights: dict[str, float],
    patterns: Patterns,
    telling: tuple[list[str], float] | None = None,
) -> str:
    """The evidence of one case as a JSON list of {kind, text, weight}, the weightiest first.

    ``weights`` are the log-odds each feature adds; a positive weight speaks for a cluster project.
    ``telling`` are the words of its text that speak most for one, and what the wording adds altogether.
    """
    items = [*_passages(case, weights), *_partners(case, weights)]
    items += [*_call(case, weights, patterns), *_facts(weights, patterns), *_wording(telling)]
    kept = [item for item in items if abs(item["weight"]) >= LEAST_WEIGHT]
    kept.sort(key=lambda item: -abs(item["weight"]))
    return json.dumps(kept[:MOST_ITEMS], ensure_ascii=False)


def rule_evidence_json(case: Case) -> str:
    """The evidence of a project that an initiative rule decided."""
    project = case.project
    known = initiatives().get(project["initiative_id"])
    name = known.name if known else project["initiative_id"]
    text = f"its topic, {project['topic_code']}, belongs to the initiative {name}"
    return json.dumps([_item("rule", text, RULE_WEIGHT)], ensure_ascii=False)


def _item(kind: str, text: str, weight: float) -> dict:
    return {"kind": kind, "text": text, "weight": round(float(weight), 2)}


def _passages(case: Case, weights: dict[str, float]) -> Iterable[dict]:
    """Up to two passages for each sense; they share the weight of the features that count them."""
    found = [(case.title_text, m) for m in case.title_mentions]
    found += [(case.body_text, m) for m in case.body_mentions]
    for group, features in PASSAGES.items():
        chosen = [(text, m) for text, m in found if _group(m) == group][:2]
        total = sum(weights[f] for f in features)
        if group == "economic" and not case.consortium.clusters:
            total += weights[SHARED]
        for text, mention in chosen:
            yield _item("passage", passage(text, mention), total / len(chosen))


def _group(mention: Mention) -> str:
    return "economic" if mention.sense in ECONOMIC else mention.sense


def _partners(case: Case, weights: dict[str, float]) -> Iterable[dict]:
    clusters = case.consortium.clusters
    leaders = [name for name, role in clusters if role == "coordinator"]
    if leaders:
        text = f"coordinator is a cluster organisation: {leaders[0]}"
        yield _item("participant", text, weights["cluster_coordinator"])
    if clusters:
        names = "; ".join(name for name, _ in clusters[:4]) + ("; …" if len(clusters) > 4 else "")
        are = "are cluster organisations" if len(clusters) > 1 else "is a cluster organisation"
        text = f"{len(clusters)} of {case.consortium.size} participants {are}: {names}"
        yield _item("participant", text, sum(weights[f] for f in (*PARTNERS, SHARED)))


def _call(case: Case, weights: dict[str, float], patterns: Patterns) -> Iterable[dict]:
    for signal in patterns.calls:
        if weights[signal.name]:
            weight = weights[signal.name]
            if signal.name in CONNECTING_CALLS and not case.is_near_cluster:
                weight += weights[SHARED]
            shown = shorten(case.project[signal.field], LONGEST_CALL, placeholder=" …")
            yield _item("call", f"{signal.says} ({shown})", weight)


def _facts(weights: dict[str, float], patterns: Patterns) -> Iterable[dict]:
    for name, text in FACTS.items():
        yield _item("fact", text, weights[name])
    for signal in patterns.lexicon:
        yield _item("vocabulary", signal.says, weights[signal.name])


def _wording(telling: tuple[list[str], float] | None) -> Iterable[dict]:
    if telling:
        words, added = telling
        like = "words it shares with cluster projects: " + ", ".join(words)
        yield _item("wording", like if added > 0 else "worded unlike cluster projects", added)
