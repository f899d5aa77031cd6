"""`clusteratlas sql`: questions are answered; nothing is written, no file is read, nothing runs for ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def ask(run: Callable, release: Path) -> Callable:
    return lambda statement, *options: run("sql", statement, "--release", release, *options)


def test_rows_in_each_shape(ask: Callable) -> None:
    statement = (
        "select project_id, start_date, eu_contribution_eur, [1, 2] as list from project order by 1 limit 2"
    )
    first = ask(statement, "--format", "json").json[0]
    expected = {"project_id": "cordis:101900000", "start_date": "2021-03-01", "eu_contribution_eur": 250000.0}
    assert first == {**expected, "list": [1, 2]}
    assert ask(statement, "--format", "csv").rows[0]["list"] == "[1, 2]"
    assert "cordis:101900001" in ask(statement).out


@pytest.mark.parametrize(
    "statement",
    [
        "from project limit 1",
        "with a as (select 1 as b) from a",
        "values (1), (2)",
        "table programme",
        "describe project",
        "show tables",
        "summarize programme",
        "explain select 1",
        "select 1;",
        "select 1 -- a remark",
    ],
)
def test_statements_that_read_are_answered(ask: Callable, statement: str) -> None:
    ran = ask(statement, "--format", "json")
    assert ran.code == 0
    assert len(ran.json) >= 1


@pytest.mark.parametrize(
    "statement",
    [
        "copy project to '{out}'",
        "copy (select 1) to '{out}' (format parquet)",
        "export database '{out}'",
        "explain analyze copy project to '{out}'",
        "attach '{out}' as other",
        "create table other as select 1",
        "create temp table other as select 1",
        "insert into project select * from project",
        "with a as (insert into project select * from project returning 1) from a",
        "delete from project",
        "update project set title = ''",
        "drop table project",
        "pragma database_list",
        "pragma memory_limit='99GB'",
        "set memory_limit = '99GB'",
        "set variable a = 1",
        "reset memory_limit",
        "install httpfs",
        "load httpfs",
        "checkpoint",
        "call pragma_version()",
        "begin",
        "prepare a as select 1",
        "select 1; select 2",
        "select * from read_csv('/etc/passwd')",
        "select * from read_csv_auto('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from read_blob('/etc/passwd')",
        "select * from read_json('/etc/passwd')",
        "select * from read_parquet('/etc/passwd')",
        "select * from parquet_metadata('/etc/passwd')",
        "select * from sniff_csv('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select * from '/etc/passwd'",
        "select * from '/etc/passwd.csv'",
        "select * from 'https://example.org/a.csv'",
        "select getenv('HOME')",
        "select * from query('copy project to ''{out}''')",
        "select * from duckdb_secrets()",
        "select * from statement",
        "",
        "   ",
        "selct 1",
    ],
)
def test_everything_else_is_refused(ask: Callable, tmp_path: Path, statement: str) -> None:
    out = tmp_path / "out"
    ran = ask(statement.format(out=out), "--format", "json")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("clusteratlas: ")
    assert "Remedy: " in ran.err
    assert "root:" not in ran.err
    assert not list(tmp_path.iterdir())


def test_a_mistake_is_told_with_its_place_and_the_nearest_name(ask: Callable) -> None:
    ran = ask("select *\nfrom project\nwhere titel = 'x'")
    assert "line 3, column 7" in ran.err
    assert '"title"' in ran.err
    assert 'Did you mean "project"?' in ask("from projct").err


def test_what_takes_too_long_is_interrupted(ask: Callable) -> None:
    ran = ask("select count(*) from range(10000000000000) t(a) where a % 7 = 3", "--timeout", 0.5)
    assert ran.code == 2
    assert "longer than 0.5 seconds" in ran.err


def test_what_takes_too_much_memory_ends(ask: Callable) -> None:
    ran = ask("select length(string_agg(md5(a::varchar), '')) from range(60000000) t(a)")
    assert ran.code == 2
    assert "memory" in ran.err


def test_people_see_some_rows_and_programs_all(ask: Callable) -> None:
    ran = ask("select * from range(150)")
    assert "The first 100 rows" in ran.err
    assert len(ask("select * from range(150)", "--format", "csv").rows) == 150
    assert len(ask("select * from range(150)", "--format", "json", "--limit", 7).json) == 7


def test_formulas_are_defused_in_csv_and_exact_in_json(ask: Callable) -> None:
    statement = "select '=1+1' as text, -5 as number"
    assert ask(statement, "--format", "csv").rows == [{"text": "'=1+1", "number": "-5"}]
    assert ask(statement, "--format", "json").json == [{"text": "=1+1", "number": -5}]
