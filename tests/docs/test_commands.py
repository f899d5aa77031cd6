"""Every command and every Python example in the documentation runs, in a folder that holds what the text assumes."""

from __future__ import annotations

import doctest
import http.server
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Commands
from tests.support.eurostat import tiny_boundaries, tiny_table
from tests.support.once import once
from tests.support.release import tiny_zip
from tests.support.serving import answers, free_port

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(console|python|(?:csv|yaml) [\w.-]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = Path(sys.executable).parent / "clusteratlas"


def blocks(page: Path) -> list[tuple[str, str]]:
    """The console and Python blocks of a page, and the files that it shows under their names, in order."""
    return BLOCK.findall(page.read_text("utf-8"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Path:
    """A folder as readers have it: a release called `atlas`, a publisher's zip, a download."""
    return once(tmp_path_factory, "prepared", partial(prepare, commands=commands))


def prepare(folder: Path, commands: Commands) -> None:
    """Fill the folder."""
    tiny_zip(folder / "horizon.zip")
    tiny_table(folder / "sbs_r_nuts06_r2.tsv.gz")
    tiny_boundaries(folder / "NUTS_RG_20M_2021_4326.geojson")
    (folder / "downloads").mkdir()
    shutil.copy(folder / "horizon.zip", folder / "downloads" / "cordis-HORIZONprojects-csv.zip")
    run(commands, ["build", "--quiet", "--source", "sample", "--source", "curated", "--out", "atlas"], folder)
    shutil.copytree(folder / "atlas", folder / "home" / "atlas", symlinks=True)


@pytest.fixture
def stage(prepared: Path, tmp_path: Path) -> Path:
    """The folder of one reader: what another page builds, fetches or decides is not in it."""
    return shutil.copytree(prepared, tmp_path / "reader", symlinks=True)


@pytest.fixture(scope="module")
def publisher(prepared: Path) -> Iterator[str]:
    """A local server that offers the publisher's zip; yields its address."""
    handler = partial(QuietHandler, directory=str(prepared))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/horizon.zip"
        server.shutdown()
        thread.join()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """A file server that logs nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


def run(commands: Commands, arguments: list[str], folder: Path) -> None:
    """Run `clusteratlas` with ``arguments`` in ``folder``."""
    ran = commands.run(*arguments, folder=str(folder), environment=reader(folder))
    assert ran.code == 0, f"clusteratlas {shlex.join(arguments)}\n{ran.printed}"


def reader(folder: Path) -> dict[str, str]:
    """What the environment of a reader says: a data folder of their own."""
    return {"CLUSTERATLAS_HOME": str(folder / "home"), "COLUMNS": "120"}


def serves(arguments: list[str], folder: Path) -> None:
    """Start `clusteratlas serve`, see that it answers, and end it as a person would."""
    port = str(free_port())
    arguments = [*arguments, "--port", port]
    server = subprocess.Popen(
        [str(COMMAND), *arguments],
        cwd=folder,
        env={**os.environ, **reader(folder)},
        stdout=subprocess.DEVNULL,
    )
    try:
        assert answers(f"http://127.0.0.1:{port}/healthz", server, patience=240)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def typed(block: str) -> list[list[str]]:
    """The commands of a console block: lines that begin with `$ `."""
    return [shlex.split(line[2:], comments=True) for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("document", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_and_example_of_the_page_runs(
    document: Path, stage: Path, publisher: str, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who types what the page says, from its top to its end, gets no error and the answers that it shows."""
    monkeypatch.chdir(stage)
    monkeypatch.setenv("CLUSTERATLAS_HOME", str(stage / "home"))
    known: dict[str, Any] = {"__name__": "example"}
    for kind, block in blocks(document):
        if kind.startswith(("csv ", "yaml ")):
            (stage / kind.partition(" ")[2]).write_text(block, "utf-8")
            continue
        if kind == "python":
            block = block.replace('fetch("cordis-horizon"', f'fetch("cordis-horizon", url="{publisher}"')
            if block.startswith(">>> "):
                follow_dialogue(block, document, known)
            else:
                exec(compile(block, str(document), "exec"), known)
            continue
        for program, *arguments in typed(block):
            follow(program, arguments, stage, publisher, commands)


@pytest.mark.parametrize("document", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_example_stands_where_it_is_not_followed(document: Path) -> None:
    followed = [block for kind, block in blocks(document) if kind == "python" and block.startswith(">>> ")]
    assert sum(block.count(">>> ") for block in followed) == document.read_text("utf-8").count(">>> ")


def follow_dialogue(block: str, document: Path, known: dict[str, Any]) -> None:
    """Type what stands after the prompts; what comes must be what the page shows."""
    examples = doctest.DocTestParser().get_doctest(block, known, document.name, str(document), 0)
    examples.globs = known  # the parser takes a copy; later blocks know what earlier ones made
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(examples, out=told.append, clear_globs=False)
    assert examples.examples
    assert not told, "".join(told)


def follow(program: str, arguments: list[str], folder: Path, publisher: str, commands: Commands) -> None:
    """Run one command of a page."""
    if program == "make":
        subprocess.run(
            ["make", "--dry-run", *arguments], cwd=ROOT, check=True, capture_output=True, timeout=60
        )
    elif arguments[:1] == ["serve"]:
        serves(arguments, folder)
    elif arguments[:1] == ["fetch"] and len(arguments) > 1:
        run(commands, [*arguments, "--url", publisher], folder)
    else:
        assert program == "clusteratlas", f"what is '{program}'?"
        run(commands, arguments, folder)
