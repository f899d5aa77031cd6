"""Bad input at the command line: a message with the file and the remedy, the right exit code, never a traceback."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import zipfile
from pathlib import Path

import pytest

import clusteratlas

INPUT, USAGE, RELEASE, STOPPED = 3, 2, 4, 1


def zipped(members: dict[str, str | bytes], **options) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **options)
    return buffer.getvalue()


def encrypted(content: bytes) -> bytes:
    """The archive with the flags of its first member saying that it is encrypted."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:6] + b"\x01" + content[7:at] + b"\x01" + content[at + 1 :]


def damaged(content: bytes) -> bytes:
    """The archive with a byte of its first member changed."""
    at = content.index(b"project.csv") + 40
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def refused(rows) -> dict[str, tuple[str, bytes | dict[str, bytes], str]]:
    """For each kind of bad input: file name, content (a dictionary: a folder), what the message must say."""
    project, _, row, _ = rows
    good = (project + "".join(row(101_000_000 + n) for n in range(50))).encode()
    archive = zipped({"project.csv": good})
    return {
        "a page instead of an archive": (
            "horizon.zip",
            b"<!DOCTYPE html><title>Sorry</title>",
            "not a whole zip",
        ),
        "a truncated archive": ("horizon.zip", archive[: len(archive) // 2], "not a whole zip"),
        "a damaged archive": (
            "horizon.zip",
            damaged(archive),
            "horizon.zip/project.csv: the archive is damaged",
        ),
        "an empty archive": ("horizon.zip", zipped({}), "no CORDIS file found"),
        "an encrypted archive": ("horizon.zip", encrypted(archive), "encrypted"),
        "a zip bomb": ("horizon.zip", zipped({"project.csv": b"0" * 100_000_000}), "zip bomb"),
        "a path out of the archive": ("horizon.zip", zipped({"../../project.csv": good}), "points outside"),
        "an absolute path": ("horizon.zip", zipped({"/etc/project.csv": good}), "points outside"),
        "a picture": ("project.csv", bytes(range(256)) * 40, "project.csv: this is no text file"),
        "an empty file": ("project.csv", b"", "project.csv: the file is empty"),
        "an empty file among good ones": (
            *("horizon", {"project.csv": good, "organization.csv": b""}),
            "horizon/organization.csv: the file is empty",
        ),
        "a misspelt column": (
            *("project.csv", good.replace(b'"title"', b'"titel"', 1)),
            "project.csv:1: column 'title' is missing (did you mean 'titel'?)",
        ),
        "a doubled column": (
            *("project.csv", good.replace(b'"acronym"', b'"Title"', 1).replace(b'"status"', b'"acronym"', 1)),
            "project.csv:1: column 'title' stands twice",
        ),
        "an unclosed quote in the header": (
            "project.csv",
            b'"id;acronym;title\n1;2;3\n',
            "project.csv:1: the header",
        ),
        "another publisher's table": ("prices.csv", b"country,price\nFR,1\n", "no CORDIS file found"),
        "a broken workbook": ("topics.xlsx", b"PK\x03\x04" + b"x" * 100, "topics.xlsx: not a"),
        "an empty folder": ("horizon", {}, "no CORDIS file found"),
        "only an archive in an archive": (
            "h.zip",
            zipped({"in/project.zip": archive}),
            "left aside: h.zip/in",
        ),
    }


@pytest.fixture(scope="module")
def kinds(rows):
    return refused(rows)


KINDS = list(refused(("", "", lambda *_: "", lambda *_: "")))


def put(folder: Path, name: str, content: bytes | dict[str, bytes]) -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
        return path
    path.mkdir()
    for inner, text in content.items():
        (path / inner).write_bytes(text)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_bad_input_is_refused_with_a_message(commands, kinds, tmp_path, kind):
    name, content, message = kinds[kind]
    out = tmp_path / "atlas"
    ran = commands.run("build", "--source", f"cordis={put(tmp_path, name, content)}", "--out", out)
    assert "Traceback" not in ran.printed
    assert ran.code == INPUT, ran.printed
    assert message in ran.printed
    assert "Remedy: " in ran.printed
    assert not out.exists(), "nothing is left of it"


def usage_mistakes(tmp_path: Path) -> list[tuple[list[str], int, str]]:
    somewhere = tmp_path / "project.csv"
    somewhere.touch()
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    return [
        (["--source", "cordsi=x"], USAGE, "did you mean 'cordis'?"),
        (["--source", "cordis"], INPUT, "--source cordis=PATH"),
        (["--source", f"cordis={tmp_path}/nowhere.zip"], INPUT, "nowhere.zip: no such file or folder"),
        (["--source", f"cordis={fifo}"], INPUT, "neither a file nor a folder"),
        (["--source", f"cordis={somewhere}", "--source", f"cordis={tmp_path}/./project.csv"], USAGE, "twice"),
    ]


@pytest.mark.parametrize("number", range(5))
def test_mistakes_of_usage_are_told(commands, tmp_path, number):
    arguments, code, message = usage_mistakes(tmp_path)[number]
    ran = commands.run("build", *arguments, "--out", tmp_path / "atlas")
    assert ran.code == code, ran.printed
    assert message in ran.printed
    assert "Traceback" not in ran.printed


# Odd input that is read all the same.
def values(atlas, column: str, table: str = "project") -> list:
    query = f"SELECT {column} FROM {table} ORDER BY source_file, source_line"
    return [value for (value,) in atlas.cursor.execute(query).fetchall()]


def noted(atlas) -> dict[str, tuple[int, list[str]]]:
    return {w["message"]: (w["count"], w["examples"]) for w in atlas.release.manifest["warnings"]}


@pytest.fixture
def built(commands, tmp_path):
    """Builds a file or folder and opens the release."""
    opened = []

    def build(name: str, content: bytes | dict[str, bytes], *more: str):
        path = put(tmp_path, name, content) if content is not None else tmp_path / name
        ran = commands.run(
            "build", "--quiet", "--source", f"cordis={path}", *more, "--out", tmp_path / "atlas"
        )
        assert ran.code == 0, ran.printed
        opened.append(clusteratlas.open(tmp_path / "atlas"))
        return opened[-1]

    yield build
    for atlas in opened:
        atlas.close()


ENCODINGS = {"windows-1252": "cp1252", "utf-16 with a mark": "utf-16", "utf-16 without one": "utf-16-be"}


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_other_encodings_are_read_and_told(built, rows, encoding):
    header, _, row, _ = rows
    text = header + row(101000001, title="Énergie à l’hydrogène") + row(101000002, title="Šumava, “ß”")
    atlas = built("project.csv", text.encode(encoding))
    assert values(atlas, "title") == ["Énergie à l’hydrogène", "Šumava, “ß”"]
    assert any("not UTF-8" in message for message in noted(atlas))


def test_one_line_of_another_encoding_spoils_no_other(built, rows):
    header, _, row, _ = rows
    lines = [row(101000001, title="Škoda"), row(101000002, title="à la carte"), row(101000003, title="Łódź")]
    content = (header + lines[0]).encode() + lines[1].encode("cp1252") + lines[2].encode()
    atlas = built("project.csv", content)
    assert values(atlas, "title") == ["Škoda", "à la carte", "Łódź"]
    assert noted(atlas)["lines that are not UTF-8; read as Windows-1252"] == (1, ["line 3"])


@pytest.mark.parametrize("end", ["\r", "\r\n"], ids=["CR", "CRLF"])
def test_other_line_ends_give_the_same_lines(built, rows, end):
    header, _, row, _ = rows
    content = (header + row(101000001) + row(101000002)).replace("\n", end).encode()
    atlas = built("project.csv", content)
    assert values(atlas, "publisher_id") == ["101000001", "101000002"]
    assert values(atlas, "source_line") == [2, 3]


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_other_separators_and_orders_of_columns(built, delimiter):
    lines = ["extra", "title", "id", "status", "acronym"], ["x", "A title", "7", "CLOSED", "ACRO"]
    atlas = built("project.csv", "".join(delimiter.join(line) + "\n" for line in lines).encode())
    assert values(atlas, "(project_id, title, status, acronym)") == [
        ("cordis:7", "A title", "CLOSED", "ACRO")
    ]
    assert "column 'extra' is not known and was not read" in noted(atlas)


def test_a_column_that_the_publisher_always_gives_is_missed_aloud(built, rows):
    header, _, row, _ = rows
    content = (header + row(101000001)).replace('"startDate";', "").replace('"2022-09-01";', "")
    atlas = built("project.csv", content.replace('"objective"', '"objectives"').encode())
    assert {message for message in noted(atlas) if "is missing" in message} == {
        "column 'startDate' is missing; it is left empty",
        "column 'objective' is missing; did you mean 'objectives'?",
    }


def test_a_header_alone_is_no_mistake(built, rows):
    assert built("project.csv", rows[0].encode()).release.manifest["tables"]["project"] == 0


def test_a_field_of_a_million_characters_is_kept_whole(built, rows):
    header, _, row, _ = rows
    objective = "a cluster of words, " * 50_000 + "é"
    atlas = built("project.csv", (header + row(101000001, objective=objective) + row(101000002)).encode())
    assert values(atlas, "objective") == [objective, "We shall see."]


def test_zero_bytes_and_lone_quotes_cost_nothing(built, rows):
    header, _, row, _ = rows
    lines = [row(101000001, title="A\0B"), row(101000002, title='5" discs'), row(101000003)]
    atlas = built("project.csv", (header + "".join(lines)).encode())
    assert values(atlas, "title") == ["AB", '5" discs', "Title of 101000003"]


def test_an_unclosed_quote_at_the_end_costs_its_record(built, rows):
    header, _, row, _ = rows
    atlas = built("project.csv", (header + row(101000001) + row(101000002)[:-20]).encode())
    assert values(atlas, "publisher_id") == ["101000001"]
    assert values(atlas, "source_line", "quarantine") == [3]
    assert values(atlas, "raw_text", "quarantine") == [row(101000002)[:-20]]


def test_unreadable_values_are_left_empty_and_told(built, rows):
    header, _, row, _ = rows
    odd = ["NaN", "inf", "1e400", "twelve", "-5", "1 234,5", "12.5"]
    days = [
        "2022-02-30",
        "31/12/2022",
        "9999-99-99",
        "1021-01-01",
        "2022-01-01 10:00:00",
        "2022-1-1",
        "2022-01-02x",
    ]
    lines = [
        row(101000001 + n, totalCost=money, startDate=day)
        for n, (money, day) in enumerate(zip(odd, days, strict=True))
    ]
    atlas = built("project.csv", (header + "".join(lines)).encode())
    assert values(atlas, "total_cost_eur") == [None, None, None, None, -5, 1234.5, 12.5]
    read = [d and d.isoformat() for d in values(atlas, "start_date")]
    assert read == [None, None, None, "1021-01-01", "2022-01-01", None, None]
    notes = noted(atlas)
    assert notes["column 'totalCost' is no amount; left empty"] == (4, ["line 2: NaN"])
    assert notes["column 'totalCost' is negative, kept as it is"] == (1, ["line 6: -5"])
    assert notes["column 'startDate' is no date; left empty"] == (5, ["line 2: 2022-02-30"])
    assert notes["column 'startDate' is an unlikely date, kept as it is"] == (1, ["line 5: 1021-01-01"])


def test_unknown_words_and_ids_are_kept_and_counted(built, rows):
    header, organizations, row, partner = rows
    content = {
        "project.csv": (header + row(101000001, status="PAUSED") + row(101000002)).encode(),
        "organization.csv": (
            organizations
            + partner(101000001, 1, role="mascot", organisationID="12")
            + partner(101000001, 2, geolocation="north,of here", SME="perhaps")
            + partner(101000001, 3, role="mascot", geolocation="91,4")
        ).encode(),
    }
    atlas = built("horizon", content)
    assert values(atlas, "status") == ["PAUSED", "SIGNED"]
    assert values(atlas, "role", "participation") == ["mascot", "participant", "mascot"]
    assert values(atlas, "organisation_id", "participation")[0] == "pic:12"
    assert values(atlas, "is_sme", "participation") == [True, None, True]
    notes = noted(atlas)
    assert notes["unknown status 'PAUSED', kept as it is"] == (1, ["line 2"])
    assert notes["unknown role 'mascot', kept as it is"] == (2, ["line 2"])
    assert notes["organisation id is not a PIC of nine digits, kept as it is"] == (1, ["line 2: 12"])
    assert notes["column 'geolocation' is no place; left empty"] == (2, ["line 3: north,of here"])


def test_rows_without_ids_are_quarantined_with_the_reason(built, rows):
    header, organizations, row, partner = rows
    content = {
        "project.csv": (
            header + row(101000001) + row(0, id="") + row(0, id="abc") + row(0, id="  ")
        ).encode(),
        "organization.csv": (
            organizations + partner(101000001, 1, organisationID="", name=" ") + partner(1, 1, projectID="x")
        ).encode(),
    }
    atlas = built("horizon", content)
    assert values(atlas, "publisher_id") == ["101000001"]
    assert values(atlas, "(source_file, source_line, reason)", "quarantine") == [
        ("horizon/organization.csv", 2, "neither an id nor a name of the organisation"),
        ("horizon/organization.csv", 3, "'projectID' is no number"),
        ("horizon/project.csv", 3, "'id' is no number"),
        ("horizon/project.csv", 4, "'id' is no number"),
        ("horizon/project.csv", 5, "'id' is no number"),
    ]


def test_the_summary_tells_where_rows_and_values_were_unreadable(commands, rows, tmp_path):
    header, _, row, _ = rows
    content = header + row(101000001) + row("") + row(101000003, startDate="soon") + row("", title="")
    given = put(tmp_path, "project.csv", content.encode())
    ran = commands.run("build", "--source", f"cordis={given}", "--out", tmp_path / "atlas")
    for line in (
        "note: project.csv: column 'startDate' is no date; left empty (once; line 4: soon)",
        "note: project.csv: no organization.csv here: the projects have no participants (once)",
        "quarantined: project.csv:3: ",
        "(2 rows, this the first)",
        f'The rows: clusteratlas sql "select * from quarantine" --release {tmp_path / "atlas"}',
    ):
        assert line in ran.printed


def test_odd_names_and_folders_are_read(built, rows, tmp_path):
    header, organizations, row, partner = rows
    inner = {
        "année=2024/proj'ect[1]*?/project.csv": header + row(101000001),
        'deep/"er"/organization.csv': organizations + partner(101000001, 1),
        "readme.txt": 'He said "so',
        "empty.txt": "",
        "more.zip": zipped({"project.csv": header}),
    }
    atlas = built("hörizön.zip", zipped(inner))
    assert values(atlas, "source_file") == ["hörizön.zip/année=2024/proj'ect[1]*?/project.csv"]
    assert values(atlas, "source_file", "participation") == ['hörizön.zip/deep/"er"/organization.csv']
    notes = noted(atlas)
    assert "left aside: an archive within the input; give it by itself, as another --source" in notes
    assert "left aside: the file is empty" in notes
    with zipfile.ZipFile(tmp_path / "hörizön.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "inside").symlink_to(tmp_path / "unpacked")
    (tmp_path / "unpacked" / "round").symlink_to(tmp_path / "linked")
    (tmp_path / "unpacked" / "lost.csv").symlink_to(tmp_path / "nowhere")
    assert values(built("linked", None), "publisher_id") == ["101000001"]


def test_names_that_are_no_text_are_read(built, rows, tmp_path):
    header, _, row, _ = rows
    folder = tmp_path / "horizon"
    folder.mkdir()
    (folder / os.fsdecode(b"proj\xff.csv")).write_text(header + row(101000001))
    assert values(built("horizon", None), "source_file") == ["horizon/proj\ufffd.csv"]


def test_a_workbook_called_csv_is_read(built, tmp_path):
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        for number, line in enumerate([["projectID", "topic", "title"], [101000001, "T-1", "A topic"]]):
            sheet.write_row(number, 0, line)
    atlas = built("topics.csv", buffer.getvalue())
    assert values(atlas, "(project_id, call_id, source_line)", "project_call") == [
        ("cordis:101000001", "T-1", 2)
    ]


LAUGHS = (
    '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><project><id>3</id><title>&b;</title></project>'
)
SPY = '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><project><id>4</id><title>&x;</title></project>'


def test_bad_documents_cost_themselves(built):
    content = {
        "1.xml": "<project><id>101000001</id><acronym>A</acronym><title>Good</title></project>",
        "2.xml": "<project>\n<id>2</id>\n<title>Broken</project>",
        "3.xml": LAUGHS,
        "4.xml": SPY,
        "5.xml": "<html/>",
        "6.xml": "",
    }
    atlas = built("xml.zip", zipped(content))
    assert values(atlas, "title") == ["Good"]
    reasons = values(atlas, "(reason, source_line, raw_text)", "quarantine")
    assert len(reasons) == 5
    found = {reason.split(": ")[0]: (reason, line, raw) for reason, line, raw in reasons}
    assert found["xml.zip/2.xml"][1:] == (3, content["2.xml"])
    assert "refused" in found["xml.zip/3.xml"][0]
    assert "refused" in found["xml.zip/4.xml"][0]
    assert "root:" not in str(values(atlas, "title"))
    assert "not a <project>" in found["xml.zip/5.xml"][0]


def test_documents_of_one_line_keep_every_partner(built):
    names = "<id>90000000{0}</id><legalName>N{0}</legalName>"
    partner = f'<organization type="participant" order="{{0}}">{names}</organization>'
    inner = partner.format(1) + partner.format(2) + partner.format(2)
    relations = f"<relations><associations>{inner}</associations></relations>"
    document = f"<project><id>1</id><title>T</title>{relations}</project>"
    atlas = built("1.xml", document.encode())
    assert values(atlas, "organisation_name", "participation") == ["N1", "N2"]
    assert values(atlas, "table_name", "quarantine") == ["participation"]


def test_two_files_of_one_name_are_told_apart(built, rows, tmp_path):
    header, _, row, _ = rows
    other = tmp_path / "other"
    other.mkdir()
    (other / "project.csv").write_text(header + row(101000001, title="Later") + row(101000002))
    atlas = built(
        "project.csv", (header + row(101000001)).encode(), "--source", f"cordis={other / 'project.csv'}"
    )
    assert values(atlas, "(source_file, title)") == [
        ("project.csv", "Title of 101000001"),
        ("project.csv (2)", "Title of 101000002"),
    ]
    assert values(atlas, "(source_file, source_line, reason)", "quarantine") == [
        ("project.csv (2)", 2, "project_id 'cordis:101000001' is taken by project.csv:2")
    ]


def test_what_two_sources_say_of_a_project_counts_once(built, rows, tmp_path):
    header, _, row, _ = rows
    number = number_in_the_sample()
    files = {"project.csv": (header + row(number)).encode(), "topics.csv": sample_topics(number).encode()}
    atlas = built("horizon", files, "--source", "sample")
    assert values(atlas, "source", f"project WHERE project_id = 'cordis:{number}'") == ["cordis"]
    assert values(atlas, "source", f"project_call WHERE project_id = 'cordis:{number}'") == ["cordis"]


def sample_topics(number: str) -> str:
    """What the sample says of a project's topic, in the publisher's layout."""
    file = Path(clusteratlas.__file__).parent / "sample" / "sample" / "project_call.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        found = [r for r in csv.DictReader(stream) if r["project_id"] == f"cordis:{number}"]
    lines = [f'"{number}";"{r["call_id"]}";"{r["title"]}"' for r in found]
    return "\n".join(['"projectID";"topic";"title"', *lines, ""])


def number_in_the_sample() -> str:
    """The number of a project in the package's sample."""
    file = Path(clusteratlas.__file__).parent / "sample" / "sample" / "project.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream))["publisher_id"]


def test_what_may_not_be_read_is_told(commands, rows):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "horizon").mkdir()
        (folder / "horizon" / "project.csv").write_text(rows[0])
        (folder / "horizon" / "project.csv").chmod(0)
        (folder / "out").mkdir(mode=0o500)
        limits = {"uid": 65534} if os.getuid() == 0 else {}
        for path in (folder / "horizon", folder / "horizon" / "project.csv"):
            (folder / "atlas").mkdir(exist_ok=True)
            (folder / "atlas").chmod(0o777)
            ran = commands.run("build", "--source", f"cordis={path}", "--out", folder / "atlas", **limits)
            assert (ran.code, "Traceback" in ran.printed) == (INPUT, False), ran.printed
            assert "project.csv: no permission to read this. Remedy: change its rights" in ran.printed
        ran = commands.run("build", "--source", "cordis=x", "--out", folder / "out" / "new", **limits)
        assert (ran.code, "Traceback" in ran.printed) == (STOPPED, False), ran.printed
        assert "Permission denied" in ran.printed
