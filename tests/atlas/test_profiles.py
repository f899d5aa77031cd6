"""Profiles tell what the tables hold: each number is computed a second time, with Polars over the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import clusteratlas
from clusteratlas.atlas import Atlas
from clusteratlas.atlas.profiles.values import Money
from clusteratlas.errors import NotFoundError, UsageError
from tests.support.release import SCRIPT_TITLE

CLUSTER = ["core", "related"]


@pytest.fixture(scope="module")
def atlas(tiny_root: Path) -> Iterator[Atlas]:
    with clusteratlas.open(tiny_root) as opened:
        yield opened


@pytest.fixture(scope="module")
def with_curated(curated_root: Path) -> Iterator[Atlas]:
    with clusteratlas.open(curated_root) as opened:
        yield opened


def table(atlas: Atlas, name: str) -> pl.DataFrame:
    return atlas.table(name).pl()


def ids(atlas: Atlas, name: str, column: str) -> list[str]:
    return sorted(table(atlas, name)[column].unique().to_list())


def found(atlas: Atlas, query: dict[str, str]) -> int:
    return atlas.search("", facets=False, **query).total


def test_a_project_shows_every_partner_once_with_its_money(atlas: Atlas) -> None:
    rows = table(atlas, "participation")
    for project_id in ids(atlas, "project", "project_id"):
        profile, own = atlas.project(project_id), rows.filter(pl.col("project_id") == project_id)
        assert sorted(p.participation_id for p in profile.partners) == sorted(own["participation_id"])
        assert profile.partners[0].role == "coordinator"
        assert profile.net_to_partners == Money(
            own["net_eu_contribution_eur"].sum(), own["net_eu_contribution_eur"].count(), own.height
        )
        assert sum(c.partners for c in profile.countries) == own["organisation_id"].n_unique()


def test_a_project_names_the_line_of_every_fact(atlas: Atlas) -> None:
    profile = atlas.project("cordis:101900004")
    assert (profile.origin.source_file, profile.origin.source_line) == ("horizon.zip/project.csv", 6)
    for fact in (*profile.partners, *profile.themes, *profile.results, *profile.topics):
        assert fact.origin.source == "cordis"
        assert fact.origin.source_line >= 2


def test_money_that_was_not_published_is_not_zero(atlas: Atlas) -> None:
    assert atlas.project("cordis:101900007").eu_contribution_eur is None


def test_a_core_project_tells_its_initiative_and_its_evidence(atlas: Atlas) -> None:
    profile = atlas.project("cordis:101900000")
    assert (profile.initiative_id, profile.pillar_id) == ("supply-chain-technologies", "emerging-industries")
    assert profile.cluster.label == "core"
    assert profile.cluster.evidence[0].kind == "rule"


def test_partners_are_joined_where_they_meet_in_other_projects(atlas: Atlas) -> None:
    rows = table(atlas, "participation").select("project_id", "organisation_id").unique()
    profile = atlas.project("cordis:101900004")
    others = rows.filter(pl.col("project_id") != profile.project_id)
    for edge in profile.network.edges:
        pair = [profile.network.nodes[end].organisation_id for end in (edge.one, edge.other)]
        met = others.filter(pl.col("organisation_id").is_in(pair)).group_by("project_id").len()
        assert edge.projects == met.filter(pl.col("len") == 2).height


def test_related_projects_are_others_and_say_why(with_curated: Atlas) -> None:
    project_id = "cordis:691554"
    profile = with_curated.project(project_id, related=3)
    assert 0 < len(profile.related) <= 3
    assert project_id not in {one.project_id for one in profile.related}
    assert all(one.reasons and all(one.reasons) for one in profile.related)
    assert with_curated.project(project_id, related=0).related == ()


def test_a_citation_names_title_publisher_number_and_licence(atlas: Atlas) -> None:
    citation = atlas.project("cordis:101900001").citation
    for part in ("HYDRO1", "101900001", "2022–2025", "https://doi.org/10.3030/101900001", "CC BY 4.0"):
        assert part in citation.text
    assert citation.bibtex.startswith("@misc{cordis-101900001,\n")
    assert "doi = {10.3030/101900001}" in citation.bibtex


def test_signs_that_tex_reads_as_commands_are_escaped(atlas: Atlas) -> None:
    bibtex = atlas.project("cordis:101900003").citation.bibtex
    assert r"\& <b>" in bibtex
    assert bibtex.count("{") == bibtex.count("}")


def test_an_organisation_adds_up(atlas: Atlas) -> None:
    rows = table(atlas, "participation").join(table(atlas, "project_cluster"), on="project_id")
    for organisation_id in ids(atlas, "organisation", "organisation_id"):
        own = rows.filter(pl.col("organisation_id") == organisation_id)
        with_others = rows.filter(pl.col("project_id").is_in(own["project_id"].to_list()))
        profile = atlas.organisation(organisation_id)
        assert profile.projects == own["project_id"].n_unique() == found(atlas, profile.query)
        assert profile.coordinations == own.filter(pl.col("role") == "coordinator").height
        assert profile.cluster_projects == own.filter(pl.col("label").is_in(CLUSTER))["project_id"].n_unique()
        assert profile.net_eu_contribution.eur == own["net_eu_contribution_eur"].sum()
        assert profile.partners_total == with_others["organisation_id"].n_unique() - 1
        countries = set(with_others["country_code"].drop_nulls()) - {profile.country_code}
        assert profile.countries_total == len(countries)
        assert sum(one.participations for one in profile.roles) == own.height
        assert sum(one.projects for one in profile.years) == profile.projects
        assert sum(one.rows for one in profile.forms) == own.height


def test_frequent_partners_are_counted_by_common_projects(atlas: Atlas) -> None:
    rows = table(atlas, "participation").select("project_id", "organisation_id").unique()
    profile = atlas.organisation("pic:900000005")
    mine = rows.filter(pl.col("organisation_id") == "pic:900000005")["project_id"].to_list()
    for partner in profile.partners:
        common = rows.filter(
            pl.col("project_id").is_in(mine) & (pl.col("organisation_id") == partner.organisation_id)
        )
        assert partner.projects == common.height


def test_a_role_keeps_its_projects_and_pages_hold_all_of_them(atlas: Atlas) -> None:
    everything = atlas.organisation("pic:900000005", page_size=200)
    led = atlas.organisation("pic:900000005", role="coordinator", page_size=200)
    assert led.page.total == everything.coordinations
    assert all(any(p.role == "coordinator" for p in one.parts) for one in led.page.items)
    pages = [atlas.organisation("pic:900000005", page=n, page_size=4).page for n in range(1, 9)]
    listed = [one.project_id for page in pages for one in page.items]
    assert listed == [one.project_id for one in everything.page.items]


def test_cluster_projects_come_first_then_the_newest(atlas: Atlas) -> None:
    items = atlas.country("DE", page_size=200).page.items
    order = {"core": 0, "related": 1, "none": 2}
    keys = [(order[one.cluster_label], -one.start_date.toordinal(), one.project_id) for one in items]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("code", "column"), [("DE", "country_code"), ("FRK2", "region_code"), ("FRK26", "region_code")]
)
def test_a_place_adds_up(atlas: Atlas, code: str, column: str) -> None:
    rows, clusters = table(atlas, "participation"), table(atlas, "project_cluster")
    here = rows.filter(pl.col(column).str.starts_with(code))
    core = clusters.filter(
        pl.col("label").is_in(CLUSTER) & pl.col("project_id").is_in(here["project_id"].to_list())
    )
    profile = atlas.region(code)
    assert profile.projects == here["project_id"].n_unique() == found(atlas, profile.query)
    assert profile.cluster_projects == core.height
    assert profile.participations == here.height
    assert profile.net_eu_contribution.eur == here["net_eu_contribution_eur"].sum()
    located = table(atlas, "organisation").filter(pl.col(column).str.starts_with(code))
    assert profile.organisations_total == located.height


@pytest.mark.parametrize(("code", "country"), [("FRK2", "FR"), ("DEG0", "DE"), ("EL30", "GR")])
def test_a_region_says_how_many_projects_of_its_country_have_no_region(
    atlas: Atlas, code: str, country: str
) -> None:
    rows = table(atlas, "participation").filter(pl.col("country_code") == country)
    unplaced = rows.filter(pl.col("region_code").fill_null("").str.len_chars() <= 2)
    assert atlas.region(code).unplaced == unplaced["project_id"].n_unique()
    assert atlas.country(country).unplaced == 0


@pytest.mark.parametrize("code", ["DE", "FR", "GR", "DEG0", "FRK26", "ES511"])
def test_each_count_finds_exactly_its_projects_in_the_search(atlas: Atlas, code: str) -> None:
    profile = atlas.region(code)
    tallies = (
        *profile.broad_themes,
        *profile.narrow_themes,
        *profile.partner_countries,
        *profile.partner_regions,
    )
    counts = [(one.query, one.projects) for one in (*tallies, *profile.years, *profile.parts) if one.query]
    assert len(counts) > 5
    for query, projects in counts:
        assert found(atlas, query) == projects, query


@pytest.mark.parametrize("code", ["ES", "NL", "BE", "NL41"])
def test_a_count_and_its_link_agree_where_an_address_lies_across_the_border(
    sample_root: Path, code: str
) -> None:
    with clusteratlas.open(sample_root) as sample:
        rows = table(sample, "participation")
        across = rows.filter((pl.col("country_code") == "BE") & pl.col("region_code").str.starts_with("NL"))
        assert across.height, "the sample holds Belgian addresses with a Dutch region"
        for one in sample.region(code).partner_countries:
            assert found(sample, one.query) == one.projects, one


def test_the_greek_have_one_page_whatever_the_code(atlas: Atlas) -> None:
    assert atlas.country("GR").to_dict() == atlas.country("EL").to_dict() == atlas.region("EL").to_dict()
    assert atlas.country("GR").projects > 0


def test_an_old_code_leads_to_the_region_that_stands_for_it(atlas: Atlas) -> None:
    profile = atlas.region("FR716")
    assert (profile.code, profile.name) == ("FRK26", "Rhône")
    assert profile.history.code == "FR716"
    assert profile.history.steps
    assert [link.code for link in profile.above] == ["FR", "FRK", "FRK2"]


def test_a_region_that_was_split_names_its_heirs(atlas: Atlas) -> None:
    history = atlas.region_history("HR04")
    assert history.current_code is None
    assert sum(heir.share for heir in history.heirs) == pytest.approx(1, abs=1e-3)
    with pytest.raises(NotFoundError, match="split") as fault:
        atlas.region("HR04")
    assert all(heir.region_code in fault.value.remedy for heir in history.heirs)


@pytest.mark.parametrize(
    "ask",
    [
        lambda a: a.project("cordis:1"),
        lambda a: a.project(""),
        lambda a: a.organisation("pic:1"),
        lambda a: a.region("QQ123"),
        lambda a: a.region("'; DROP TABLE project; --"),
        lambda a: a.country("QQ"),
        lambda a: a.initiative("nothing"),
        lambda a: a.pillar("nothing"),
    ],
)
def test_what_is_not_there_is_said_with_a_remedy(atlas: Atlas, ask) -> None:
    with pytest.raises(NotFoundError) as fault:
        ask(atlas)
    assert fault.value.remedy


@pytest.mark.parametrize(("page", "page_size"), [(0, 25), (-1, 25), (1, 0), (1, 201), (10**7, 25)])
def test_pages_that_cannot_be_are_refused(atlas: Atlas, page: int, page_size: int) -> None:
    with pytest.raises(UsageError):
        atlas.country("DE", page=page, page_size=page_size)


def test_everything_can_be_written_as_json(atlas: Atlas) -> None:
    profiles = (
        atlas.project("cordis:101900003"),
        atlas.organisation("pic:900000001"),
        atlas.country("DE"),
        atlas.region("FR716"),
        atlas.initiative("supply-chain-technologies"),
        atlas.pillar("other"),
        atlas.organisations("clus"),
        *atlas.initiatives(),
        *atlas.regions(),
    )
    for profile in profiles:
        assert json.loads(json.dumps(profile.to_dict(), allow_nan=False)) == profile.to_dict()
    assert atlas.project("cordis:101900003").to_dict()["title"] == SCRIPT_TITLE


def test_pillars_hold_each_cluster_project_once(atlas: Atlas) -> None:
    labels = table(atlas, "project_cluster").filter(pl.col("label").is_in(CLUSTER))
    pillars = atlas.initiatives()
    assert sum(pillar.held for pillar in pillars) == labels.height
    for pillar in pillars:
        if pillar.held:
            assert found(atlas, pillar.query) == pillar.held == atlas.pillar(pillar.pillar_id).page.total


def test_organisations_of_several_programmes_come_first_where_that_is_asked(with_curated: Atlas) -> None:
    rows = table(with_curated, "participation").join(table(with_curated, "project"), on="project_id")
    counts = rows.group_by("organisation_id").agg(n=pl.col("programme_id").drop_nulls().n_unique())
    expected = dict(counts.iter_rows())
    listed = with_curated.organisations(sort="programmes", page_size=100).items
    assert [one.programmes for one in listed] == sorted(expected.values(), reverse=True)[:100]
    assert [one.programmes for one in listed] == [expected[one.organisation_id] for one in listed]
    assert listed[0].programmes > 1


def test_organisations_are_found_by_the_beginnings_of_their_words(atlas: Atlas) -> None:
    assert [one.name for one in atlas.organisations("clus mod").items] == ["CLUSTER DE MODA"]
    assert atlas.organisations("luster").total == 0
    assert atlas.organisations("%").total == 0
    assert {one.country_code for one in atlas.organisations(country="EL").items} == {"GR"}
    with pytest.raises(UsageError, match="order"):
        atlas.organisations(sort="name; DROP TABLE organisation")


def test_lists_of_places_count_as_their_profiles_do(atlas: Atlas) -> None:
    for line in (*atlas.countries(), *atlas.regions(2), *atlas.regions(3, "DE")):
        profile = atlas.country(line.code) if line.level == 0 else atlas.region(line.code)
        assert (line.projects, line.cluster_projects) == (profile.projects, profile.cluster_projects)
        assert line.coordinated == profile.coordinated
        assert line.organisations == profile.organisations_total
        for part in profile.parts:
            assert part.organisations == atlas.region(part.code).organisations_total


def test_partnerships_without_money_or_dates_are_told_as_far_as_they_are_known(with_curated: Atlas) -> None:
    projects = table(with_curated, "project").filter(pl.col("source") == "curated")
    assert projects.height > 100
    for project_id in projects["project_id"]:
        profile = with_curated.project(project_id, related=0)
        assert profile.confidence in {"h", "m", "l"}
        assert profile.pages
        assert profile.citation.text
        assert json.dumps(profile.to_dict(), allow_nan=False)


def test_an_initiative_tells_how_complete_its_list_is(with_curated: Atlas) -> None:
    profile = with_curated.initiative("escp-4i-1")
    by_what = {one.what: one for one in profile.summary.completeness}
    held = table(with_curated, "project").filter(pl.col("initiative_id") == "escp-4i-1").height
    assert (by_what["partnerships or projects"].stated, by_what["partnerships or projects"].held) == (
        25,
        held,
    )
    assert profile.summary.partnerships == held == profile.page.total
    assert profile.targets
    for one in (*profile.targets, *profile.countries):
        assert found(with_curated, one.query) == one.projects
