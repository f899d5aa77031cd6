"""Regions: any code of any version leads to the current one, and says how."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas import taxonomies
from clusteratlas.errors import NotFoundError

NUTS_FILES = Path(__file__).parents[3] / "shared/data/nuts"
KINDS = {
    "current",
    "recoded",
    "merged",
    "boundary shift",
    "split",
    "country",
    "coarser",
    "extra-regio",
    "unknown",
}
OLD_CODES = [code for code, region in taxonomies.regions().items() if not region.is_current]


def test_there_are_as_many_regions_as_the_regulations_name():
    union = {c.nuts_code for c in taxonomies.countries().values() if c.is_eu}
    of_union = Counter(
        r.level
        for r in taxonomies.regions().values()
        if 2024 in r.versions and r.nuts_code[:2] in union and set(r.nuts_code[2:]) != {"Z"}
    )
    assert [of_union[level] for level in range(4)] == [27, 92, 244, 1165]


@pytest.mark.parametrize("code", OLD_CODES)
def test_every_old_code_leads_somewhere_current(code):
    resolution = taxonomies.resolve_region(code)
    assert resolution.codes, f"{code} leads nowhere"
    assert sum(share for _, share in resolution.codes) == pytest.approx(1, abs=0.005)
    assert all(taxonomies.region(heir).is_current for heir, _ in resolution.codes)
    assert all(heir[:2] == code[:2] for heir, _ in resolution.codes)
    assert taxonomies.region(taxonomies.current_code(code)).is_current


def test_shares_of_each_change_add_up_to_the_whole_region():
    for changes in taxonomies.region_changes().values():
        if changes[0].old_code:
            assert sum(change.share for change in changes) == pytest.approx(1, abs=0.0015)
            assert all(change.basis for change in changes)


@pytest.mark.parametrize(
    ("code", "current"),
    [
        ("FR716", "FRK26"),  # Rhône, recoded in 2016
        ("FR10", "FR10"),  # Île-de-France kept its code
        ("FR24", "FRB0"),
        ("GR30", "EL30"),
        ("EL142", "EL612"),
        ("NO011", "NO081"),
        ("NO061", "NO060"),  # Trøndelag, merged in 2018
        ("NO072", "NO072"),  # Troms: merged in 2020, back in 2024
        ("HR041", "HR050"),
        ("ITG29", "ITG2D"),
        ("PL127", "PL911"),
        ("LT00A", "LT011"),
        ("HU10", "HU1"),  # split into Budapest and Pest: the region above both
        ("NO082", "NO08"),  # Viken, split in three
        ("PT170", "PT1"),  # Lisbon, split between two regions of level 2
        ("NL33C", "NL366"),
        ("FI197", "FI19B"),
        ("DEG0N", "DEG0R"),
        ("UKM21", "UKM71"),
        ("UKN10", "UKN0A"),
        ("UKI", "UKI"),
        ("gb", "UK"),
        (" fr10 ", "FR10"),
        ("US", "US"),
        ("FRK99", "FRK"),
        ("FRZZZ", "FRZZZ"),
        ("XX", None),
        ("", None),
        (None, None),
        ("nonsense", None),
        ("12345", None),
    ],
)
def test_known_recodings(code, current):
    assert taxonomies.current_code(code) == current


@pytest.mark.parametrize(
    ("code", "kind", "basis"),
    [
        ("FRK26", "current", "whole"),
        ("FR716", "recoded", "whole"),
        ("ITG2C", "merged", "whole"),
        ("DEB16", "boundary shift", "whole"),
        ("HR04", "split", "employment"),
        ("NO082", "split", "population"),
        ("UKN02", "split", "equal"),
        ("DE", "country", "whole"),
        ("BR", "country", "whole"),
        ("XK001", "coarser", "whole"),
        ("ZZZ", "extra-regio", "whole"),
        ("??", "unknown", "whole"),
    ],
)
def test_a_resolution_says_what_happened_and_how_sure_the_shares_are(code, kind, basis):
    resolution = taxonomies.resolve_region(code)
    assert (resolution.kind, resolution.basis) == (kind, basis)


def test_a_code_used_twice_is_read_in_its_version():
    troms = taxonomies.resolve_region("NO072", 2016)
    assert troms.codes == (("NO072", 1.0),)
    assert [change.new_code for change in troms.chain][:1] == ["NO074"]


def test_the_chain_shows_each_step():
    chain = taxonomies.resolve_region("GR14").chain
    assert [(change.to_version, change.new_code) for change in chain] == [(2013, "EL61")]


def test_the_united_kingdom_stays_at_its_last_version():
    region = taxonomies.region("UKI31")
    assert region.is_current
    assert region.versions[-1] == 2021
    assert taxonomies.resolve_region("UKI31").kind == "current"


def test_regions_know_their_place():
    for region in taxonomies.regions().values():
        assert region.level == len(region.nuts_code) - 2
        assert (region.parent_code is None) == (region.level == 0)
        if region.parent_code:
            assert set(region.versions) <= set(taxonomies.region(region.parent_code).versions), region
        if set(region.nuts_code[2:]) != {"Z"}:
            assert region.latitude is not None


def test_ancestors_end_with_the_country():
    assert taxonomies.ancestors("FRK26") == ("FRK2", "FRK", "FR")
    assert taxonomies.ancestors("gr300") == ("EL30", "EL3", "EL")


def test_names_can_be_read_by_everyone():
    greek_or_cyrillic = [
        r.nuts_code for r in taxonomies.regions().values() if any("Ͱ" <= letter <= "ӿ" for letter in r.name)
    ]
    assert greek_or_cyrillic == []
    assert all(region.name for region in taxonomies.regions().values())


def test_an_unknown_region_is_an_error_that_tells_the_versions():
    with pytest.raises(NotFoundError, match="valid in 2006, 2010, 2013"):
        taxonomies.region("FR71", 2021)


@given(st.text(max_size=12))
def test_no_text_breaks_the_resolution(text):
    resolution = taxonomies.resolve_region(text)
    assert resolution.kind in KINDS
    assert (taxonomies.current_code(text) is None) == (not resolution.codes)


needs_lists = pytest.mark.skipif(
    not NUTS_FILES.exists(), reason="the publisher's NUTS files are not at ../shared/data/nuts"
)


@needs_lists
def test_every_code_of_the_list_of_2024_is_there():
    with (NUTS_FILES / "correspondence/NUTS2021-NUTS2024.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = [row[1] for row in csv.reader(file, delimiter=";") if row and len(row[0]) == 2]
    assert len(listed) == 1582
    assert all(2024 in taxonomies.region(code).versions for code in listed)


@needs_lists
def test_every_code_of_the_list_of_2013_is_there():
    text = (NUTS_FILES / "NUTS_2013L.csv").read_text(encoding="utf-8-sig").replace("\r", "\n")
    listed = [row["NUTS-Code"] for row in csv.DictReader(text.splitlines()) if row["NUTS-Code"]]
    assert len(set(listed)) == 1828
    assert all(2013 in taxonomies.region(code).versions for code in listed)


@needs_lists
@pytest.mark.parametrize(("version", "count"), [(2016, 2016), (2021, 2010)])
def test_every_region_on_the_publishers_maps_is_there_and_nearby(version, count):
    with gzip.open(NUTS_FILES / f"NUTS_RG_20M_{version}_4326.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    assert len(features) == count
    for feature in features:
        region = taxonomies.region(feature["properties"]["NUTS_ID"], version)
        longitudes, latitudes = zip(*corners(feature["geometry"]["coordinates"]), strict=True)
        assert min(latitudes) <= region.latitude <= max(latitudes), region
        assert min(longitudes) <= region.longitude <= max(longitudes), region


def corners(nested: list) -> list:
    """The corner points of a geometry, however deep they are nested."""
    return (
        [nested]
        if isinstance(nested[0], float | int)
        else [point for part in nested for point in corners(part)]
    )
