"""Fixtures of the whole house: the publishers' real files where they are, releases built once, the site."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.commands import Commands, warm_commands
from tests.support.once import once

if TYPE_CHECKING:
    from django.test import Client

settings.register_profile("house", deadline=None)  # a busy machine is no fault
settings.load_profile("house")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the publishers' own files; tests that need it are left out where it is not."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the publishers' files are not here")
    return folder


@dataclass(frozen=True)
class BuiltRelease:
    """A release built in a process of its own: its root, and the most memory that the process held."""

    root: Path
    peak_bytes: int


@pytest.fixture(scope="session")
def horizon_release(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltRelease:
    """The release of all Horizon Europe projects."""
    source = shared_data / "cordis" / "cordis-HORIZONprojects-csv.zip"
    if not source.is_file():
        pytest.skip("the Horizon Europe files are not here")

    def make(folder: Path) -> None:
        command = [Path(sys.executable).parent / "clusteratlas", "build", "--quiet"]
        process = subprocess.Popen([*command, "--source", f"cordis={source}", "--out", str(folder / "atlas")])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        (folder / "peak_bytes").write_text(str(usage.ru_maxrss * 1024))

    folder = once(tmp_path_factory, "horizon", make)
    return BuiltRelease(folder / "atlas", int((folder / "peak_bytes").read_text()))


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """The command line, in processes of its own that start quickly."""
    with warm_commands(tmp_path_factory.mktemp("printed")) as running:
        yield running


@pytest.fixture(scope="session")
def tiny_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a release of thirty invented projects."""
    from tests.support.release import tiny_release

    return once(tmp_path_factory, "tiny", tiny_release) / "atlas"


@pytest.fixture(scope="session")
def curated_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a release of the invented projects and the hub's own list of partnerships, which lacks much."""
    from tests.support.release import tiny_release

    return once(tmp_path_factory, "curated", partial(tiny_release, more=("curated",))) / "atlas"


@pytest.fixture(scope="session")
def joined_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a release of a few organisations, some of them found in two programmes."""
    from tests.support.organisations import joined_release

    return once(tmp_path_factory, "joined", joined_release) / "atlas"


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a release built from the package's own sample, statistics of regions included."""
    from clusteratlas.pipeline.build import Given, build

    def make(folder: Path) -> None:
        build([Given("sample", None)], folder / "atlas")

    return once(tmp_path_factory, "sample", make) / "atlas"


@pytest.fixture(scope="session")
def site(tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Client]]:
    """Makes clients of the site, which shows the tiny release."""
    given = {
        "CLUSTERATLAS_HOME": str(tmp_path_factory.mktemp("home")),
        "CLUSTERATLAS_RELEASE": str(tiny_root),
        "DJANGO_SETTINGS_MODULE": "clusteratlas.web.settings",
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    import django
    from django.test import Client

    django.setup()
    from clusteratlas.web.atlas import holder

    holder.cache_clear()
    yield lambda **headers: Client(SERVER_NAME="localhost", **headers)
    holder().close()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture
def client(site: Callable[[], Client]) -> Client:
    """A client of the site."""
    return site()
