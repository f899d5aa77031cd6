"""The verdict and what speaks for it, on small projects in our own words."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow as pa
import pytest

from clusteratlas import taxonomies
from clusteratlas.errors import InputError
from clusteratlas.relevance import classify

PARTNERSHIP = {
    "acronym": "LINKED",
    "title": "Clusters joining forces for resilient value chains of small firms",
    "objective": (
        "Five cluster organisations from five regions support SMEs in industrial ecosystems. The regional "
        "clusters map supply chains, run matchmaking of start-ups with traditional firms, and align "
        "their plans with smart specialisation strategies. An interregional innovation ecosystem of agencies "
        "and cluster managers will stay after the project and advise policy makers on cluster policy."
    ),
    "topic_code": "HORIZON-EIE-2027-CONNECT-01-01",
    "topic_title": "Towards connected innovation ecosystems",
    "funding_scheme_code": "HORIZON-CSA",
    "eu_contribution_eur": 500_000.0,
}
CLUSTERS = (
    {"name": "CLUSTER DE MADERA", "role": "coordinator"},
    {"name": "KLASTER METALOWY"},
    {"name": "Wood Cluster East"},
    {"name": "Regionalna razvojna agencija", "activity_type": "PUB"},
)
OTHER_SENSES = [
    "The plasma of galaxy clusters heats in mergers. We observe forty galaxy clusters with X-rays.",
    "Atomic clusters of silver on surfaces catalyse reactions; metal clusters have many electrons.",
    "A computing cluster schedules jobs on GPU nodes; the HPC cluster is shared by all work packages.",
    "The network supports contact points for Cluster 5 of Horizon Europe and for Cluster 6.",
    "Work is grouped in project clusters; this cluster of projects shares its data.",
    "Patient clusters found by k-means predict outcomes in a cluster randomised trial of forty hospitals.",
    "Cluster munitions and mines are cleared by robots.",
]


def evidence_of(table: pa.Table, row: int = 0) -> list[dict]:
    return json.loads(table["evidence"][row].as_py())


@pytest.mark.parametrize("objective", OTHER_SENSES)
def test_other_senses_of_the_word_are_no_cluster_project(objective: str, projects, participants) -> None:
    rows = projects({"title": "A study", "objective": objective, "funding_scheme_code": "HORIZON-RIA"})
    people = participants({"name": "UNIVERSITY OF SOMEWHERE", "role": "coordinator", "activity_type": "HES"})
    assert classify(rows, people)["label"].to_pylist() == ["none"]


def test_a_partnership_of_clusters_is_core(projects, participants) -> None:
    found = classify(projects(PARTNERSHIP), participants(*CLUSTERS))
    assert found["label"].to_pylist() == ["core"]
    assert found["probability"][0].as_py() > 0.9


def test_evidence_quotes_passages_and_names_facts(projects, participants) -> None:
    items = evidence_of(classify(projects(PARTNERSHIP), participants(*CLUSTERS)))
    calls = [item["text"] for item in items if item["kind"] == "call"]
    assert all(set(item) == {"kind", "text", "weight"} for item in items)
    assert any(
        "cluster organisations from five regions" in i["text"] for i in items if i["kind"] == "passage"
    )
    assert any("Towards connected innovation ecosystems" in text for text in calls)
    named = [item for item in items if item["kind"] == "participant"]
    assert any(item["text"] == "coordinator is a cluster organisation: CLUSTER DE MADERA" for item in named)
    assert any(item["text"].startswith("3 of 4 participants are cluster organisations: ") for item in named)
    assert all(item["weight"] > 0 for item in named)
    assert max(len(item["text"]) for item in items if item["kind"] == "passage") <= 204


def test_evidence_against_weighs_less_than_nothing(projects, participants) -> None:
    rows = projects({"title": "Stars", "objective": OTHER_SENSES[0], "funding_scheme_code": "HORIZON-ERC"})
    passages = [i for i in evidence_of(classify(rows, participants())) if i["kind"] == "passage"]
    assert passages
    assert all(item["weight"] < 0 for item in passages)


def test_one_cluster_in_a_technical_project_is_related(projects, participants) -> None:
    rows = projects(
        {
            "title": "A new alloy for lighter trains",
            "objective": "We design an alloy and test it on two lines. " * 12,
            "funding_scheme_code": "HORIZON-IA",
            "eu_contribution_eur": 4e6,
        }
    )
    firms = [{"name": f"FIRM {i} GMBH", "activity_type": "PRC"} for i in range(6)]
    people = participants({"name": "RAIL CLUSTER NORTH"}, {"name": "TU WEST", "activity_type": "HES"}, *firms)
    found = classify(rows, people)
    assert found["label"].to_pylist() == ["related"]
    assert any("RAIL CLUSTER NORTH" in item["text"] for item in evidence_of(found))


def test_rules_come_first(projects, participants) -> None:
    rows = projects({"title": "Stars", "topic_code": "INNOSUP-01-2018-2020", "initiative_id": "innosup-1"})
    found = classify(rows, participants()).to_pylist()[0]
    assert (found["label"], found["probability"], found["core_probability"]) == ("core", 1.0, 1.0)
    assert [item["kind"] for item in json.loads(found["evidence"])] == ["rule"]
    assert "INNOSUP-01-2018-2020" in found["evidence"]
    assert taxonomies.initiative("innosup-1").name in found["evidence"], "by its name, not its code"


@pytest.mark.parametrize(
    ("ruled", "expected"), [("related", "related"), ("none", "none"), (None, "core"), ("context", "none")]
)
def test_a_rule_may_say_something_else(ruled: str | None, expected: str, projects, participants) -> None:
    rows = projects({"title": "Stars", "initiative_id": "x"})
    rows = rows.append_column("initiative_label", pa.array([ruled], pa.string()))
    assert classify(rows, participants())["label"].to_pylist() == [expected]


def test_without_texts_title_participants_and_call_decide(projects, participants) -> None:
    rows = projects({k: v for k, v in PARTNERSHIP.items() if k != "objective"})
    assert classify(rows, participants(*CLUSTERS))["label"].to_pylist() == ["core"]


def test_a_summary_stands_in_for_the_objective(projects, participants) -> None:
    told = {k: v for k, v in PARTNERSHIP.items() if k != "objective"}
    rows = projects(told).append_column("summary", pa.array([PARTNERSHIP["objective"]]))
    passages = [i["text"] for i in evidence_of(classify(rows, participants())) if i["kind"] == "passage"]
    assert any("cluster organisations from five regions" in text for text in passages)


def test_a_project_with_nothing_but_an_id(participants) -> None:
    found = classify(pa.table({"project_id": ["9"]}), participants()).to_pylist()
    assert [(r["project_id"], r["label"], r["evidence"]) for r in found] == [("9", "none", "[]")]
    assert 0 < found[0]["probability"] < 0.2


def test_empty_tables(projects, participants) -> None:
    found = classify(projects(), participants())
    assert found.num_rows == 0
    assert found.column_names == ["project_id", "label", "probability", "core_probability", "evidence"]


def test_rows_keep_their_order_and_repeat_exactly(projects, participants) -> None:
    rows = projects({"title": "Stars"}, PARTNERSHIP, {"title": "Galaxy clusters"}, PARTNERSHIP)
    people = participants(*({**c, "project_id": "2"} for c in CLUSTERS))
    once, again = classify(rows, people), classify(rows, people)
    assert once.equals(again)
    assert once["project_id"].to_pylist() == ["1", "2", "3", "4"]
    turned = classify(rows.take([3, 2, 1, 0]), people).to_pylist()
    assert turned[::-1] == once.to_pylist()


@pytest.mark.timeout(60)
def test_a_field_of_a_million_characters_is_judged_like_any_other(projects, participants) -> None:
    rows = projects({"title": "cluster " * 20_000, "objective": "innovation clusters (\x00) and " * 40_000})
    found = classify(rows, participants({"name": "CLUSTER " * 50_000}))
    assert max(len(item["text"]) for item in evidence_of(found) if item["kind"] == "passage") <= 204


def test_core_is_never_likelier_than_relevant(projects, participants) -> None:
    rows = projects(*({"title": "A study", "objective": text} for text in OTHER_SENSES), PARTNERSHIP)
    found = classify(rows, participants(*CLUSTERS)).to_pylist()
    assert all(0 <= row["core_probability"] <= row["probability"] <= 1 for row in found)


def test_a_missing_column_is_named(participants) -> None:
    with pytest.raises(InputError, match="project_id"):
        classify(pa.table({"projectid": ["1"]}), participants())


def test_judging_needs_neither_scikit_learn_nor_pandas(projects, participants, tmp_path) -> None:
    tables = {"projects": projects(PARTNERSHIP, {"title": "Stars"}), "participants": participants(*CLUSTERS)}
    for name, table in tables.items():
        with pa.OSFile(str(tmp_path / name), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    code = (
        "import sys, pyarrow as pa; from clusteratlas.relevance import classify\n"
        "tables = [pa.ipc.open_file(pa.memory_map(path)).read_all() for path in sys.argv[1:]]\n"
        "print(classify(*tables).num_rows, {'sklearn', 'pandas'} & set(sys.modules))"
    )
    paths = [str(tmp_path / name) for name in tables]
    run = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "2 set()"
