"""A model learns, says the same with and without scikit-learn, and is as good as it was measured."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from clusteratlas.errors import InputError
from clusteratlas.relevance import (
    Model,
    classify,
    load_model,
    own_labels,
    train,
    train_report,
    with_own_labels,
)
from clusteratlas.relevance.evaluation import METHODS, cross_validate
from clusteratlas.relevance.features import feature_names
from clusteratlas.relevance.patterns import load_patterns
from clusteratlas.relevance.training import STRENGTH, Labelled, fit
from clusteratlas.relevance.wording import WORD

KINDS = {
    2: "Cluster organisations join in a regional innovation ecosystem for SMEs and their value chains. ",
    1: "A new sensor is tested in the field; an industrial cluster spreads the results to its companies. ",
    0: "Galaxy clusters seen by a new telescope on a mountain tell of the dark side of the universe. ",
}


@pytest.fixture
def learnable(projects, participants) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Thirty small projects with labels."""
    wanted = [(kind, i) for i in range(10) for kind in KINDS]
    rows = projects(
        *({"title": f"Project {i}", "objective": KINDS[kind] * (5 + i % 5)} for kind, i in wanted)
    )
    people = participants(
        *(
            {"project_id": str(n), "name": "CLUSTER X"}
            for n, (kind, i) in enumerate(wanted, 1)
            if kind == 2 and i % 2
        )
    )
    known = {"label": [kind for kind, _ in wanted], "confidence": ["h", "m", "l"] * 10}
    return rows, people, pa.table({"project_id": rows["project_id"], **known})


def test_a_trained_model_tells_what_it_learnt(learnable) -> None:
    rows, people, labels = learnable
    found = classify(rows, people, model=train(rows, people, labels))["label"].to_pylist()
    names = {2: "core", 1: "related", 0: "none"}
    assert found == [names[k] for k in labels["label"].to_pylist()]


def test_training_repeats_exactly_and_survives_being_stored(learnable) -> None:
    model = train(*learnable, seed=3)
    assert train(*learnable, seed=3).to_bytes() == model.to_bytes()
    assert Model.from_bytes(model.to_bytes()) == model
    assert model.trained_on == {"0": 10, "1": 10, "2": 10}


def test_numbers_alone_give_the_probabilities_of_scikit_learn(learnable) -> None:
    labelled = Labelled(*learnable)
    model = fit(labelled)
    scaled = (labelled.matrix - np.array(model.full.means)) / np.array(model.full.scales)
    oracle = LogisticRegression(C=STRENGTH["evidence"], max_iter=5000, tol=1e-6, random_state=0)
    oracle.fit(scaled, labelled.label > 0, sample_weight=labelled.weight)
    ours = model.full.probabilities(labelled.matrix)[:, 0]
    assert np.allclose(ours, oracle.predict_proba(scaled)[:, 1], atol=1e-6)


def test_wording_gives_the_probabilities_of_scikit_learn(learnable) -> None:
    labelled = Labelled(*learnable)
    texts = [text or "" for text in labelled.texts]
    wording = fit(labelled).wording
    vectoriser = TfidfVectorizer(sublinear_tf=True, token_pattern=WORD, vocabulary=wording.vocabulary)
    vectoriser.idf_ = np.array(wording.idf)
    weights = np.array([wording.relevant, wording.core]).T
    scores = vectoriser.transform(texts) @ weights + np.array(wording.intercepts)
    assert np.allclose(
        wording.probabilities([wording.vector(text) for text in texts]), 1 / (1 + np.exp(-scores)), atol=1e-9
    )


def test_labels_without_texts_teach_evidence_alone(learnable) -> None:
    rows, people, labels = learnable
    bare = rows.set_column(rows.column_names.index("objective"), "objective", rows["keywords"])
    assert train(bare, people, labels).wording.vocabulary == ()


def test_labels_of_one_kind_teach_nothing(learnable) -> None:
    rows, people, labels = learnable
    alike = labels.set_column(1, "label", pa.array([0] * labels.num_rows))
    with pytest.raises(InputError, match="labels"):
        train(rows, people, alike)


def test_labels_of_our_own_count_less_and_judge_nobody(learnable, monkeypatch) -> None:
    rows, people, labels = learnable
    judged = labels.append_column("is_own", pa.array([i >= 15 for i in range(30)]))
    labelled = Labelled(rows, people, judged)
    assert labelled.weight[0] == pytest.approx(3 * labelled.weight[15])
    seen = []
    monkeypatch.setitem(METHODS, "a spy", lambda _, learn: seen.append(learn) or {})
    scores = cross_validate(labelled, folds=3, repeats=1)
    assert all(set(range(15, 30)) <= set(learn.tolist()) for learn in seen)
    assert not any(row["method"] == "a spy" and row["recall"] for row in scores)


def test_labels_of_our_own_stand_back_behind_those_given() -> None:
    own = own_labels()
    number = own[0]["project_id"]
    given = pa.table({"project_id": [f"cordis:{number}", "7"], "label": [0, 2], "confidence": ["h", None]})
    rows = with_own_labels(given, {number: f"cordis:{number}"}).to_pylist()
    assert [row["is_own"] for row in rows[:3]] == [False, False, True]
    assert len({row["project_id"] for row in rows}) == len(rows) == len(own) + 1


def test_labels_of_our_own_give_reasons_and_none_of_theirs(dev_labels) -> None:
    own = own_labels()
    assert all(row["confidence"] in ("h", "m", "l") and 5 < len(row["reason"]) < 120 for row in own)
    assert not {row["project_id"] for row in own} & set(dev_labels["project_id"].to_pylist())


def test_junk_is_no_model() -> None:
    for junk in (b"", b"{}", b"[1]", b'{"features": 3}'):
        with pytest.raises(InputError, match="not a relevance model"):
            Model.from_bytes(junk)


def test_the_shipped_model_belongs_to_the_shipped_patterns() -> None:
    patterns, model = load_patterns(), load_model()
    assert model.features == feature_names(patterns)
    assert model.patterns == patterns.fingerprint
    assert len(model.to_bytes()) < 400_000


def test_the_shipped_model_is_what_training_gives(horizon, dev_labels) -> None:
    again, shipped = train(*horizon, with_own_labels(dev_labels)), load_model()
    assert again.trained_on == shipped.trained_on
    assert np.allclose(again.full.relevant.weights, shipped.full.relevant.weights, atol=1e-4)
    assert np.allclose(again.bare.core.weights, shipped.bare.core.weights, atol=1e-4)


def test_every_relevant_label_is_looked_at(horizon, dev_labels) -> None:
    labelled = Labelled(*horizon, dev_labels)
    assert labelled.is_candidate[labelled.label > 0].mean() >= 0.99


@pytest.mark.slow
def test_cross_validated_scores_hold(horizon, dev_labels) -> None:
    report = train_report(*horizon, with_own_labels(dev_labels))
    f1 = {(row["method"], row["target"]): row["f1"] for row in report["scores"]}
    for target, floor in {"core": 0.80, "core or related": 0.85}.items():
        assert f1["clusteratlas", target] >= floor
        assert f1["clusteratlas", target] > f1["TF-IDF and logistic regression", target]
        assert f1["the bare word", target] < f1["the word and a participant named cluster", target]
    assert "core or related" in report["text"]


def test_all_of_horizon_is_judged(horizon) -> None:
    found = classify(*horizon)
    counts = {row["values"]: row["counts"] for row in found["label"].value_counts().to_pylist()}
    assert found.num_rows == horizon[0].num_rows
    assert 60 <= counts["core"] <= 250
    assert 200 <= counts["related"] <= 600
