"""Countries: complete, told apart, and placed on the tile map."""

import pytest

from clusteratlas import taxonomies
from clusteratlas.errors import NotFoundError


def test_every_country_of_iso_3166_and_kosovo_is_there():
    countries = taxonomies.countries()
    assert len(countries) == 250
    assert len({c.alpha3_code for c in countries.values()}) == 250
    assert len({c.name for c in countries.values()}) == 250
    assert "XK" in countries


def test_groups_are_those_of_today():
    groups = [c.group for c in taxonomies.countries().values()]
    assert groups.count("EU") == 27
    assert groups.count("EFTA") == 4
    assert all(c.is_eu == (c.group == "EU") for c in taxonomies.countries().values())


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("EL", "GR"),
        ("UK", "GB"),
        ("gr", "GR"),
        (" FR ", "FR"),
        ("DEU", "DE"),
        ("XH", None),
        ("", None),
        (None, None),
    ],
)
def test_publishers_codes_become_iso_codes(written, iso):
    assert taxonomies.country_code(written) == iso


def test_an_unknown_country_is_an_error_with_a_remedy():
    with pytest.raises(NotFoundError, match="no country has the code 'XH'"):
        taxonomies.country("XH")


def test_nuts_codes_lead_there_and_back():
    for country in taxonomies.countries().values():
        if country.nuts_code:
            assert taxonomies.country_code(country.nuts_code) == country.country_code
            assert taxonomies.region(country.nuts_code).country_code == country.country_code


def test_tiles_do_not_overlap_and_hold_the_whole_union():
    placed = [c for c in taxonomies.countries().values() if c.tile_row is not None]
    assert len({(c.tile_row, c.tile_column) for c in placed}) == len(placed) == 45
    assert all(
        c.tile_row is not None for c in taxonomies.countries().values() if c.is_eu or c.group == "EFTA"
    )


def test_centres_are_on_earth():
    assert all(
        -90 <= c.latitude <= 90 and -180 <= c.longitude <= 180 for c in taxonomies.countries().values()
    )
