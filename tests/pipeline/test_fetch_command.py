"""`clusteratlas fetch`, as a person meets it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from clusteratlas.cli.fetch import fetch
from clusteratlas.errors import FetchError
from clusteratlas.sources import catalogue

from .adversary import Publisher, answer, archive, honest, serving

BODY = archive()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving(Publisher(BODY)) as published:
        yield published


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(fetch)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_it_prints_where_the_file_is_and_its_checksum(publisher: Publisher, tmp_path: Path) -> None:
    ran = run("cordis-horizon", "--url", publisher.url, "--to", tmp_path)
    assert ran.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in ran.stdout.splitlines())
    path = Path(lines["file"])
    assert path == tmp_path / "cordis-HORIZONprojects-csv.zip"
    assert path.read_bytes() == BODY
    assert lines["size"] == "300.1 kB (300,120 bytes)"
    assert len(lines["sha256"]) == 64
    assert lines["credit"].startswith("Source: CORDIS")
    assert "state" not in lines


def test_it_says_since_when_a_file_is_unchanged(publisher: Publisher, tmp_path: Path) -> None:
    run("cordis-horizon", "--url", publisher.url, "--to", tmp_path)
    ran = run("cordis-horizon", "--url", publisher.url, "--to", tmp_path)
    lines = dict(line.split(maxsplit=1) for line in ran.stdout.splitlines())
    assert lines["state"] == f"unchanged since {lines['retrieved']}"
    assert publisher.bodies_sent == 1
    assert run("cordis-horizon", "--url", publisher.url, "--to", tmp_path, "--force").exit_code == 0
    assert publisher.bodies_sent == 2


def test_quiet_prints_the_path_alone(publisher: Publisher, tmp_path: Path) -> None:
    ran = run("cordis-horizon", "--quiet", "--url", publisher.url, "--to", tmp_path)
    assert ran.output == f"{tmp_path / 'cordis-HORIZONprojects-csv.zip'}\n"


def test_it_tells_why_it_waits_and_from_where_it_went_on(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [honest(break_at=200_000)]
    ran = run("cordis-horizon", "--url", publisher.url, "--to", tmp_path)
    assert "the connection broke off" in ran.stderr
    assert "went on from 200.0 kB" in ran.stdout


def test_a_fault_is_a_message(publisher: Publisher, tmp_path: Path) -> None:
    publisher.script = [answer(404)]
    ran = run("cordis-horizon", "--url", publisher.url, "--to", tmp_path)
    assert isinstance(ran.exception, FetchError)
    assert str(ran.exception) == (
        f"{publisher.url}: the server answered 404 Not Found: the file is not there. Remedy: look at "
        "https://cordis.europa.eu/projects for where the file is now, and give its address with --url"
    )


def test_an_interruption_tells_how_to_go_on(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("clusteratlas.pipeline.fetch.fetch", interrupted)
    ran = run("cordis-horizon", "--url", publisher.url, "--to", tmp_path)
    assert ran.exit_code == 130
    assert "Run the same command again" in ran.stderr


def test_without_a_name_it_lists_what_there_is() -> None:
    ran = run()
    assert ran.exit_code == 0
    for name in catalogue.downloads():
        assert name in ran.stdout


def test_the_command_loads_without_heavy_libraries() -> None:
    code = "import sys, clusteratlas.cli.fetch; print({'httpx', 'yaml', 'rich.progress'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
