"""The catalogue: what the sources say of themselves, and what is wrong in a file that says it wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from clusteratlas.errors import InputError, UsageError
from clusteratlas.sources import catalogue

GOOD: dict[str, Any] = {
    "name": "some",
    "title": "Some data",
    "publisher": "Someone",
    "homepage": "https://example.org",
    "licence": {"name": "CC0", "url": "https://example.org/cc0", "attribution": "none asked"},
    "cadence": "yearly",
    "description": "Data.",
    "downloads": [
        {
            "name": "some-all",
            "url": "https://example.org/données.zip",
            "file": "données.zip",
            "media": "zip",
            "max_bytes": 1000,
            "description": "All of it",
        }
    ],
}


def write(folder: Path, raw: object, name: str = "some") -> Path:
    path = folder / name / "source.yml"
    path.parent.mkdir()
    path.write_text(raw if isinstance(raw, str) else yaml.safe_dump(raw), encoding="utf-8")
    return path


def test_every_source_of_the_package_is_well_described() -> None:
    assert "cordis" in catalogue.sources()
    for download in catalogue.downloads().values():
        address = urlsplit(download.url)
        assert address.scheme == "https"
        assert download.source in catalogue.sources()


def test_cordis_offers_each_programme_in_both_forms() -> None:
    offered = {name: d.url for name, d in catalogue.downloads().items() if d.source == "cordis"}
    assert offered == {
        f"cordis-{name}{suffix}": f"https://cordis.europa.eu/data/cordis-{programme}projects-{form}.zip"
        for name, programme in (("horizon", "HORIZON"), ("h2020", "h2020"), ("fp7", "fp7"))
        for suffix, form in (("", "csv"), ("-xml", "xml"))
    }


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    source = catalogue.read_source(write(tmp_path, GOOD | {"assertions": {"project": {"min": 1}}}))
    assert source.downloads[0].file == "données.zip"
    assert (source.downloads[0].source, source.downloads[0].homepage) == ("some", "https://example.org")
    assert source.licence.name == "CC0"
    assert source.assertions == {"project": {"min": 1}}


def test_a_source_without_downloads_is_one(tmp_path: Path) -> None:
    raw = {key: value for key, value in GOOD.items() if key != "downloads"}
    assert catalogue.read_source(write(tmp_path, raw)).downloads == ()


def with_download(**changes: object) -> dict[str, Any]:
    return GOOD | {"downloads": [GOOD["downloads"][0] | changes]}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("a: [", "not readable as YAML"),
        ("", "the file is not a list of 'key: value'"),
        ("- a", "the file is not a list of 'key: value'"),
        (GOOD | {"titel": "x"}, "unknown key 'titel' in the file"),
        ({k: v for k, v in GOOD.items() if k != "licence"}, "key 'licence' is missing in the file"),
        (GOOD | {"licence": "CC0"}, "licence is not a list of 'key: value'"),
        (GOOD | {"licence": {"name": "CC0", "url": "x"}}, "key 'attribution' is missing in licence"),
        (GOOD | {"name": "other"}, "name is 'other', the folder is 'some'"),
        (GOOD | {"title": 3}, "title is 3, not a text"),
        (GOOD | {"downloads": {"a": 1}}, "downloads is not a list"),
        (GOOD | {"retrieved": "in December"}, "retrieved is 'in December', not a day"),
        (with_download(size=3), "unknown key 'size' in downloads[0]"),
        (with_download(max_bytes="1 GB"), "downloads[0].max_bytes is '1 GB', not a positive whole number"),
        (with_download(max_bytes=True), "downloads[0].max_bytes is True, not a positive whole number"),
        (with_download(media="zipp"), "downloads[0].media is 'zipp'"),
        (with_download(file="../evil.zip"), "downloads[0].file is '../evil.zip', not a plain file name"),
        (with_download(name="a/b"), "downloads[0].name is 'a/b', not a plain file name"),
    ],
)
def test_a_wrong_file_is_named_with_its_field(tmp_path: Path, raw: object, said: str) -> None:
    path = write(tmp_path, raw)
    with pytest.raises(InputError) as caught:
        catalogue.sources(tmp_path)
    assert said in caught.value.what
    assert caught.value.where == str(path)
    assert caught.value.remedy


def test_a_mistyped_word_is_answered_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        catalogue.read_source(write(tmp_path, GOOD | {"titel": "x"}))
    assert caught.value.remedy == "did you mean 'title'?"


def test_two_sources_cannot_share_a_download(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD | {"name": "zother"}, "zother")
    with pytest.raises(InputError, match="download 'some-all' is already in"):
        catalogue.downloads(tmp_path)


@pytest.mark.parametrize(("find", "name"), [(catalogue.source, "cordsi"), (catalogue.download, "cordis-fp8")])
def test_an_unknown_name_suggests_the_nearest(find: Any, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(name)
    assert "did you mean 'cordis" in (caught.value.remedy or "")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " a",
        "a ",
        ".",
        "..",
        ".a",
        "a.",
        "a/b",
        "a\\b",
        "C:a",
        "a\nb",
        "a\u202eb",
        "a\0",
        "e\u0301",
        "x" * 201,
    ],
)
def test_names_that_are_no_plain_file_names(name: str) -> None:
    assert not catalogue.is_plain_file_name(name)
