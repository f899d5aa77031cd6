"""A category set of one's own: taken as it is meant, or refused with the line and the remedy."""

import csv
import doctest
import importlib
import io
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas import taxonomies
from clusteratlas.errors import InputError
from clusteratlas.sources.own_categories import read_category_set
from clusteratlas.taxonomies.own_sets import parse_category_set

GREEN = "category,industry,weight,name\nh2,20.11,0.5,Hydrogen\nh2,D35,0.25,Hydrogen\nsun,C2611,,\n"


def own(text=GREEN, name="Green energy"):
    return parse_category_set(text, name, "green.csv")


def test_names_weights_and_order_are_as_written():
    found = own()
    assert found.category_set == "green-energy"
    assert [(c.category_id, c.name, c.position) for c in found.categories.values()] == [
        ("h2", "Hydrogen", 1),
        ("sun", "sun", 2),
    ]
    assert found.weights["C2011"] == {"h2": 0.5}
    assert found.weights["D3511"] == {"h2": 0.25}
    assert found.weights["C2611"] == {"sun": 1.0}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_separators_and_line_endings_of_all_spreadsheets(separator, ending):
    text = '\ufeffCategory,Industry,Weight,Name\nh2,20.11,"0,5",\n\n'
    rows = csv.reader(io.StringIO(text))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=ending).writerows(rows)
    assert own(out.getvalue()).weights == {"C2011": {"h2": 0.5}}


def test_it_is_used_like_the_other_sets():
    links = taxonomies.crosswalk("NACE Rev. 2", own())
    found = {(link.industry_code, link.category_id): link.weight for link in links}
    assert found["D35", "h2"] == 0.25
    assert found["C20", "h2"] == pytest.approx(0.5 / len(taxonomies.parts_of("C20", "class")))
    assert {link.category_set for link in links} == {"green-energy"}
    assert {link.confidence for link in links} == {"own"}
    assert taxonomies.crosswalk_frame("NACE Rev. 2", own(), "class")[0]["category"] == "h2"
    assert taxonomies.uncovered("NACE Rev. 2", own())["D35"] == pytest.approx(0.75)


def test_sections_and_aggregates_stand_for_their_classes():
    found = own("category,industry\nfood,C10-C12\nenergy,D\n")
    assert set(found.weights) == set(
        taxonomies.members("C10-C12", "class") + taxonomies.parts_of("D", "class")
    )


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from(["C", "C10", "C101", "C1011", "J62"]), st.floats(0, 1)
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_set_is_taken_just_when_no_class_counts_more_than_once(rows):
    text = "category,industry,weight\n" + "".join(f"{c},{i},{w}\n" for c, i, w in rows)
    expected = defaultdict(float)
    for _, industry, weight in rows:
        for code in taxonomies.parts_of(industry, "class"):
            expected[code] += weight
    is_repeated = len({(c, i) for c, i, _ in rows}) < len(rows)
    if is_repeated or max(expected.values()) > 1 + 1e-9:
        with pytest.raises(InputError, match=r"green.csv, line \d+: .*Remedy: "):
            own(text)
        return
    for code, total in expected.items():
        assert sum(own(text).weights[code].values()) == pytest.approx(total)


@pytest.mark.parametrize(
    ("text", "where", "what", "remedy"),
    [
        ("", "green.csv", "column 'category' is missing", ""),
        ("category,industry\n", "green.csv", "empty", "one line for each"),
        ("category,idustry\nx,C10\n", "green.csv", "'industry' is missing", "did you mean 'idustry'"),
        (
            "category,industry,wieght\nx,C10,1\n",
            "green.csv",
            "'wieght' is not known",
            "did you mean 'weight'",
        ),
        ("category,industry,industry\nx,C10,1\n", "green.csv", "two columns", "leave one"),
        ("category,industry\nx,C10\nx,C99\n", "line 3", "no industry 'C99'", "nearest"),
        ("category,industry\nx,10.95\n", "line 2", "no industry '10.95'", "nearest is 'C109'"),
        ("category,industry\nx,\n", "line 2", "industry is empty", "NACE code"),
        ("category,industry\n,C10\n", "line 2", "category is empty", "write its name"),
        ("category,industry,weight\nx,C10,1.5\n", "line 2", "'1.5' is not between 0 and 1", "0.25"),
        ("category,industry,weight\nx,C10,-0.1\n", "line 2", "not between", "0.25"),
        ("category,industry,weight\nx,C10,nan\n", "line 2", "not between", "0.25"),
        ("category,industry,weight\nx,C10,half\n", "line 2", "not between", "0.25"),
        ("category,industry\nx,C10\nx,C10\n", "line 3", "already (line 2)", "leave one"),
        ("category,industry\nx,C10\nX,c10\n", "line 3", "already (line 2)", "leave one"),
        ("category,industry\nx,C10\ny,10.1\n", "line 3", "class C1011 add up to 2", "at most 1"),
        ("category,industry,weight\nx,C10,0.6\ny,C10,0.6\n", "line 3", "add up to 1.2", "at most 1"),
        ("category,industry,name\nx,C10,One\nx,C11,Two\n", "line 3", "'One' in line 2", "one name"),
    ],
)
def test_bad_input_is_refused_with_line_and_remedy(text, where, what, remedy):
    with pytest.raises(InputError) as fault:
        own(text)
    assert where in fault.value.where
    assert what in fault.value.what
    assert remedy in fault.value.remedy


@pytest.mark.parametrize(("name", "words"), [("ecosystems", "already"), ("!?", "no name")])
def test_a_set_needs_a_name_of_its_own(name, words):
    with pytest.raises(InputError, match=words):
        own(name=name)


def test_files_that_cannot_be_read_say_why(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_category_set(tmp_path / "no.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match="no UTF-8 text"):
        read_category_set(binary)
    good = tmp_path / "My sectors.csv"
    good.write_text(GREEN, "utf-8")
    assert read_category_set(good).category_set == "my-sectors"


def test_examples_in_the_docstrings():
    assert not doctest.testmod(importlib.import_module("clusteratlas.taxonomies.own_sets")).failed
