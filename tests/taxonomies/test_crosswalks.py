"""Categories and the weighted links to them: nothing counts twice, and what no category takes is told."""

import csv
import doctest
import importlib
from collections import defaultdict
from pathlib import Path

import pytest

from clusteratlas import taxonomies
from clusteratlas.errors import NotFoundError, UsageError
from clusteratlas.taxonomies import crosswalks, slugs

DATA = Path(__file__).parents[3] / "shared/data/clusters"
SETS = list(taxonomies.category_sets())
LEVELS = ("class", "group", "division")
NEAR = pytest.approx

needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there")


def sums(links):
    found = defaultdict(float)
    for link in links:
        found[link.industry_code] += link.weight
    return found


@pytest.mark.parametrize(
    ("category_set", "number"),
    [("traded-clusters", 51), ("local-clusters", 16), ("emerging-industries", 10), ("ecosystems", 14)],
)
def test_each_set_has_its_categories_described(category_set, number):
    found = taxonomies.categories(category_set).values()
    assert [c.position for c in found] == list(range(1, number + 1))
    assert all(c.description.endswith(".") and c.description.count(". ") == 0 for c in found)


@needs_data
def test_clusters_bear_the_names_and_keys_of_their_publisher():
    with (DATA / "us_states_clusters_2016.csv").open(encoding="utf-8", newline="") as file:
        published = {
            (row["key_t"].replace("_", "-"), row["cluster_name_t"], int(row["cluster_code_t"]))
            for row in csv.DictReader(file)
        }
    ours = {(c.category_id, c.name, c.position) for c in taxonomies.categories("traded-clusters").values()}
    ours |= {
        (c.category_id, c.name, c.position + 100) for c in taxonomies.categories("local-clusters").values()
    }
    assert ours == published


@pytest.mark.parametrize("category_set", SETS)
@pytest.mark.parametrize("level", LEVELS)
def test_no_industry_counts_more_than_once_and_the_rest_is_told(category_set, level):
    links = taxonomies.crosswalk("NACE Rev. 2", category_set, level)
    total, rest = sums(links), taxonomies.uncovered("NACE Rev. 2", category_set, level)
    assert all(0 < link.weight <= 1 for link in links)
    for code, item in taxonomies.industries().items():
        if item.level == level:
            assert total[code] <= 1 + 1e-9
            assert total[code] + rest.get(code, 0) == NEAR(1)


@pytest.mark.parametrize("category_set", SETS)
@pytest.mark.parametrize("level", LEVELS)
def test_links_lead_to_categories_that_exist_and_say_how_they_are_known(category_set, level):
    links = taxonomies.crosswalk("NACE Rev. 2", category_set, level)
    assert {link.category_id for link in links} == set(taxonomies.categories(category_set))
    assert {link.confidence for link in links} <= {"official", "approximation", "unofficial"}
    assert all(link.basis and link.source and link.version for link in links)


@pytest.mark.parametrize("category_set", SETS)
def test_a_division_is_the_mean_of_its_classes(category_set):
    classes = crosswalks.class_weights(category_set)
    for link in taxonomies.crosswalk("NACE Rev. 2", category_set):
        parts = taxonomies.parts_of(link.industry_code, "class")
        weights = [classes.get(part, {}).get(link.category_id, 0) for part in parts]
        assert link.weight == NEAR(sum(weights) / len(parts))


def test_sizes_of_classes_weigh_the_mean():
    sizes = {"C2651": 300.0, "C2611": 100.0}
    links = taxonomies.crosswalk("NACE Rev. 2", "ecosystems", sizes=sizes)
    found = {link.category_id: link.weight for link in links if link.industry_code == "C26"}
    assert found == {"aerospace-and-defence": NEAR(0.375), "electronics": NEAR(0.375 + 0.25)}
    assert {link.category_id for link in links if link.industry_code == "C10"} == {"agri-food"}


@needs_data
def test_cluster_weights_are_the_published_ones():
    with (DATA / "nace_rev2_to_uscmp_cluster_via_naics2017.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == 949
    for row in listed:
        category_set = f"{row['TradedLocal'].lower()}-clusters"
        weights = crosswalks.class_weights(category_set)[taxonomies.normalise_industry(row["nace"])]
        assert weights[slugs.slug(row["Cluster"])] == NEAR(float(row["share_by_naics_count"]))


def test_classes_that_the_published_list_leaves_out_are_marked():
    links = taxonomies.crosswalk("NACE Rev. 2", "traded-clusters", "class")
    found = {link.industry_code: link.confidence for link in links}
    assert found["C1011"] == "approximation"
    assert found["A0111"] == "unofficial"


def test_traded_and_local_clusters_together_cover_what_is_neither_government_nor_household():
    total = defaultdict(float)
    for category_set in crosswalks.CLUSTERS:
        for code, weight in sums(taxonomies.crosswalk("NACE Rev. 2", category_set, "class")).items():
            total[code] += weight
    classes = {code for code, item in taxonomies.industries().items() if item.level == "class"}
    missing = {taxonomies.section_of(code) for code in classes if total[code] < 1 - 1e-9}
    assert missing == {"O", "T", "U"}
    assert max(total.values()) <= 1 + 1e-9


def test_every_naics_industry_is_one_cluster_or_none():
    links = [link for name in crosswalks.CLUSTERS for link in taxonomies.crosswalk("NAICS 2017", name)]
    rest = set(taxonomies.uncovered("NAICS 2017", "traded-clusters")) & set(
        taxonomies.uncovered("NAICS 2017", "local-clusters")
    )
    codes = [link.industry_code for link in links]
    assert len(codes) == len(set(codes))
    assert len(codes) + len(rest) == 992
    assert rest == {"814110", "901149", "901199", "901200", "902999", "903999"}


@pytest.mark.parametrize(
    ("ecosystem", "divisions"),
    [
        ("agri-food", ["A01", "A03", "C10", "C11", "C12", "M75"]),
        ("construction", ["F41", "F42", "F43", "N81"]),
        ("digital", ["J62", "J63"]),
        ("energy-renewables", ["D35"]),
        ("health", ["C21", "Q86"]),
        ("proximity-and-social-economy", ["Q88", "S94", "S96", "T97"]),
        ("textiles", ["C13", "C14", "C15"]),
        ("tourism", ["I55", "N79"]),
    ],
)
def test_an_ecosystem_has_its_own_divisions_whole(ecosystem, divisions):
    links = taxonomies.crosswalk("NACE Rev. 2", "ecosystems")
    own = {link.industry_code: link.weight for link in links if link.category_id == ecosystem}
    assert [own[code] for code in divisions] == [1.0] * len(divisions)
    assert all(weight < 1 for code, weight in own.items() if code not in divisions)


def test_divisions_of_both_versions_are_linked_without_loss():
    forward = taxonomies.crosswalk("NACE Rev. 2", "NACE Rev. 2.1")
    back = taxonomies.crosswalk("NACE Rev. 2.1", "NACE Rev. 2")
    assert {code: NEAR(1) for code in sums(forward)} == sums(forward)
    assert len(sums(forward)) == 88
    assert len(sums(back)) == 87
    assert {link.category_id for link in forward} == {link.industry_code for link in back}
    assert {link.category_id for link in forward if link.industry_code == "G45"} == {"G46", "G47", "T95"}


def test_later_divisions_take_their_number_along():
    found = {
        link.industry_code: link.weight
        for link in taxonomies.crosswalk("NACE Rev. 2.1", "ecosystems")
        if link.category_id == "digital"
    }
    assert found["K62"] == 1


def test_rows_are_ready_for_a_dataframe():
    rows = taxonomies.crosswalk_frame("NACE Rev. 2", "ecosystems")
    assert set(rows[0]) == {"industry", "category", "weight", "source", "confidence", "version"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("NACE Rev 2", "ecosystems"), "did you mean 'NACE Rev. 2'"),
        (("NACE Rev. 2", "ecosystem"), "did you mean 'ecosystems'"),
        (("NACE Rev. 2", "ecosystems", "section"), "class"),
        (("NACE Rev. 2.1", "ecosystems", "class"), "division"),
        (("NAICS 2017", "ecosystems"), "traded-clusters"),
    ],
)
def test_what_there_is_not_is_said(arguments, words):
    with pytest.raises(UsageError, match=words):
        taxonomies.crosswalk(*arguments)


def test_an_unknown_category_names_the_nearest():
    with pytest.raises(NotFoundError, match="did you mean 'blue-growth'"):
        taxonomies.category("emerging-industries", "blue-grow")


@pytest.mark.parametrize("name", ["categories", "crosswalks", "revisions", "slugs"])
def test_examples_in_the_docstrings(name):
    assert not doctest.testmod(importlib.import_module(f"clusteratlas.taxonomies.{name}")).failed
