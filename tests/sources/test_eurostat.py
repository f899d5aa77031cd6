"""Eurostat's tables in every layout, whole and broken: every cell is an observation or in the quarantine."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from clusteratlas.errors import InputError
from clusteratlas.pipeline.build import Given, build
from clusteratlas.sources.eurostat.layouts import table_name
from tests.support.reading import Reading, read_source

OLD = "nace_r2,indic_sb,geo\\time\t2010 \t2009 \t2008 \n"
NEW = "freq,unit,nace_r2,sex,age,geo\\TIME_PERIOD\t2020 \t2021 \n"
SDMX = "STRUCTURE,STRUCTURE_ID,freq,unit,wstatus,nace_r2,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
STATED = "dataflow,ESTAT:NAMA_10R_3EMPERS(1.0)"


def read(tmp_path: Path, content: str | bytes, name: str = "sbs_r_nuts06_r2.tsv") -> Reading:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_source("eurostat", path)


def values(reading: Reading) -> list[tuple[int, float | None, str | None]]:
    return [(row["year"], row["value"], row["flag"]) for row in reading.observations]


def test_old_layout(tmp_path: Path):
    found = read(tmp_path, OLD + "C10,V16110,FR71\t1234 b\t: c\t1.5 bep\n")
    assert values(found) == [(2008, 1.5, "bep"), (2009, None, "c"), (2010, 1234.0, "b")]
    row = found.observations[0]
    assert (row["dataset"], row["indicator"], row["measure"], row["unit"]) == (
        "sbs_r_nuts06_r2",
        "V16110",
        "persons_employed",
        "persons",
    )
    assert (row["nuts_code"], row["region_code"], row["level"]) == ("FR71", "FRK2", 2)
    assert (row["classification"], row["industry_code"], row["breakdown"]) == ("NACE Rev. 2", "C10", None)
    assert (row["imputed"], row["lower"], row["upper"]) == (False, None, None)
    assert (row["source"], row["source_file"], row["source_line"]) == ("eurostat", "sbs_r_nuts06_r2.tsv", 2)


def test_new_layout_keeps_every_dimension(tmp_path: Path):
    found = read(tmp_path, NEW + "A,THS,TOTAL,T,Y15-64,EL30\t-0.5 \t:\n", "estat_lfst_r_lfe2en2.tsv")
    assert values(found) == [(2020, -0.5, None), (2021, None, None)]
    row = found.observations[0]
    assert (row["dataset"], row["breakdown"], row["unit"]) == (
        "lfst_r_lfe2en2",
        "age=Y15-64;sex=T",
        "thousand persons",
    )
    assert row["indicator"] is None


def test_the_labour_force_survey_is_known_by_either_code_of_its_unit(tmp_path: Path):
    cells = "A,THS,C,T,Y15-64,EL30\t1\t:\nA,THS_PER,C,T,Y15-64,EL41\t2\t:\n"
    found = read(tmp_path, NEW + cells, "estat_lfst_r_lfe2en2.tsv")
    assert {(row["measure"], row["unit"]) for row in found.observations} == {
        ("employed_residents", "thousand persons")
    }


def test_indicators_of_business_statistics_since_2021(tmp_path: Path):
    cells = "".join(f"A,C10,{code},EE00\t1\n" for code in ("EMP_LOC_NR", "LOC_NR", "WAGE_LOC_MEUR", "EMP_NR"))
    found = read(tmp_path, "freq,nace_r2,indic_sbs,geo\\TIME_PERIOD\t2022\n" + cells, "sbs_r_nuts2021.tsv")
    assert {(row["indicator"], row["measure"], row["unit"]) for row in found.observations} == {
        ("EMP_LOC_NR", "persons_employed", "persons"),
        ("LOC_NR", "local_units", "local units"),
        ("WAGE_LOC_MEUR", "wages", "million EUR"),
        ("EMP_NR", "persons_employed", "persons"),
    }


def test_sdmx_csv(tmp_path: Path):
    lines = [
        f"{STATED},A,THS,EMP,A,AT,2020,152.3,,",
        f"{STATED},A,THS,EMP,A,AT,2021,,e,C",
        f"{STATED},A,THS,SAL,A,GR30,2021,1.0E3,bp,F",
    ]
    found = read(tmp_path, SDMX + "\n".join(lines) + "\n", "download.csv")
    assert values(found) == [(2020, 152.3, None), (2021, None, "ec"), (2021, 1000.0, "bp")]
    first, _, last = found.observations
    assert (first["dataset"], first["measure"], first["unit"]) == (
        "nama_10r_3empers",
        "persons_employed",
        "thousand persons",
    )
    assert (last["nuts_code"], last["measure"], last["breakdown"]) == ("EL30", "employees", "wstatus=SAL")


def test_a_table_that_nobody_has_named_loads(tmp_path: Path):
    found = read(tmp_path, "unit,victim,iccs,geo\\time\t2010 \nNR,T,ICCS0101,DE\t5 \n", "crim_gen_reg.tsv")
    (row,) = found.observations
    assert (row["dataset"], row["measure"], row["unit"]) == ("crim_gen_reg", None, "number")
    assert row["breakdown"] == "iccs=ICCS0101;victim=T"


def test_shorter_periods_are_told_in_the_breakdown(tmp_path: Path):
    text = "freq,unit,geo\\TIME_PERIOD\t2020-Q1 \t2020-Q2 \nQ,PC,DE\t1 \t2 \n"
    found = read(tmp_path, text, "une_rt_q.tsv")
    assert [(r["year"], r["breakdown"], r["value"]) for r in found.observations] == [
        (2020, "freq=Q;time=2020-Q1", 1.0),
        (2020, "freq=Q;time=2020-Q2", 2.0),
    ]


def test_aggregates_and_countries_keep_their_codes(tmp_path: Path):
    lines = "".join(f"C,V16110,{geo}\t1\t2\t3\n" for geo in ("EU27_2020", "EA19", "EL", "UK", "BA", "FR"))
    found = read(tmp_path, OLD + lines)
    areas = {r["nuts_code"]: (r["level"], r["region_code"]) for r in found.observations}
    assert areas == {
        "EU27_2020": (None, None),
        "EA19": (None, None),
        "EL": (0, "EL"),
        "UK": (0, "UK"),
        "BA": (0, "BA"),
        "FR": (0, "FR"),
    }


def test_a_code_is_read_in_the_latest_version_up_to_that_of_the_table(tmp_path: Path):
    codes = ["EL51", "EL52", "EL53", "FR71", "FR72", "EL11", "NO02", "HR04", "DE41"]
    found = read(tmp_path, OLD + "".join(f"C,V16110,{geo}\t1\t2\t3\n" for geo in codes))
    versions = {r["nuts_code"]: (r["nuts_version"], r["region_code"]) for r in found.observations}
    assert versions == {
        "EL51": (2013, "EL51"),
        "EL52": (2013, "EL52"),
        "EL53": (2013, "EL53"),
        "FR71": (2013, "FRK2"),
        "FR72": (2013, "FRK1"),
        "EL11": (2010, "EL51"),
        "NO02": (2016, "NO02"),
        "HR04": (2013, None),
        "DE41": (2006, "DE40"),
    }


def test_a_region_of_no_version_is_kept_and_told(tmp_path: Path):
    found = read(tmp_path, OLD + "C,V16110,FR99\t1\t2\t3\n")
    assert {(r["level"], r["nuts_version"], r["region_code"]) for r in found.observations} == {
        (2, None, None)
    }
    assert found.warnings["unknown region"] == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark(tmp_path: Path, end: str, mark: bytes):
    text = OLD + "C10,V16110,AT\t1 \t2 \t: c\nC11,V16110,AT\t4 \t5 \t6 \n"
    found = read(tmp_path, mark + text.replace("\n", end).encode())
    assert [row["value"] for row in found.observations] == [None, 2, 1, 6, 5, 4]
    assert found.rejected == []


def test_utf_16(tmp_path: Path):
    found = read(tmp_path, (OLD + "C10,V16110,AT\t1 \t2 \t3 \n").encode("utf-16"))
    assert [row["value"] for row in found.observations] == [3, 2, 1]


def test_letters_of_another_encoding_cost_nothing_else(tmp_path: Path):
    text = (OLD + "C10,V16110,AT\t1 \t2 \t3 \n").encode() + b"C\xe9,V16110,AT\t4\t5\t6\n"
    found = read(tmp_path, text)
    assert {row["industry_code"] for row in found.observations} == {"C10", "Cé"}
    assert found.warnings["encoding"] == 1


def test_blank_lines_are_no_cells(tmp_path: Path):
    found = read(tmp_path, OLD + "C10,V16110,AT\t1\t2\t3\n\n\nC11,V16110,AT\t1\t2\t3\n\n")
    assert (found.rows_in, found.rejected) == (6, [])
    assert sorted({row["source_line"] for row in found.observations}) == [2, 5]


def test_a_malformed_cell_costs_itself(tmp_path: Path):
    found = read(tmp_path, OLD + "C10,V16110,AT\t1\t1,5\t3\nC11,V16110,AT\tNaN\t1e999\t\n")
    assert found.rows_in == 6
    assert values(found) == [(2008, 3.0, None), (2010, 1.0, None), (2008, None, None)]
    assert found.rejected == [
        (2, "the cell of 2009 is neither a number nor ':'", "1,5"),
        (3, "the number of 2009 is too large", "1e999"),
        (3, "the cell of 2010 is neither a number nor ':'", "NaN"),
    ]
    assert found.warnings == {"blank cell": 1}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("C10,V16110,AT\t1\t2", "2 cells where the header has 3 periods"),
        ("C10,V16110,AT\t1\t2\t3\t4", "4 cells where the header has 3 periods"),
        ("C10,AT\t1\t2\t3", "2 dimensions where the header has 3"),
        ("C10,,AT\t1\t2\t3", "dimension 'indic_sb' is empty"),
        ("what is this", "0 cells where the header has 3 periods"),
    ],
)
def test_a_malformed_line_costs_itself(tmp_path: Path, line: str, reason: str):
    found = read(tmp_path, f"{OLD}{line}\nC11,V16110,AT\t4\t5\t6\n")
    assert found.rejected == [(2, reason, line)]
    assert [row["value"] for row in found.observations] == [6, 5, 4]


def test_a_series_that_stands_twice_counts_once(tmp_path: Path):
    found = read(tmp_path, OLD + "C10,V16110,AT\t1\t2\t3\nC10, V16110,AT\t4\t5\t6\n")
    assert [row["value"] for row in found.observations] == [3, 2, 1]
    assert found.rejected == [
        (3, "the series stands already in line 2", f"C10,V16110,AT\t{year}: {cell}")
        for year, cell in ((2010, 4), (2009, 5), (2008, 6))
    ]


def test_a_cell_that_stands_twice_in_sdmx_csv_counts_once(tmp_path: Path):
    found = read(
        tmp_path, SDMX + f"{STATED},A,THS,EMP,A,AT,2020,1,,\n{STATED},A,THS,EMP,A,AT,2020,2,,\n", "a.csv"
    )
    assert values(found) == [(2020, 1.0, None)]
    assert [(line, reason) for line, reason, _ in found.rejected] == [
        (3, "the cell stands already in line 2")
    ]


def test_malformed_lines_of_sdmx_csv_cost_themselves(tmp_path: Path):
    lines = [
        f"{STATED},A,THS,EMP,A,AT,2020,1.234,,",
        f"{STATED},A,THS,EMP,A,,2020,1,,",
        f"{STATED},A,THS,EMP,A,AT,when,1,,",
        f"{STATED},A,THS,EMP,A,AT,2021,many,,",
        f"{STATED},A,THS,EMP,A,AT,2022,1e999,,",
        f"{STATED},A,THS,EMP,A,AT,2023,1,?!,",
        f"{STATED},A,THS",
    ]
    found = read(tmp_path, SDMX + "\n".join(lines) + "\n", "a.csv")
    assert values(found) == [(2020, 1.234, None)]
    assert sorted((line, reason) for line, reason, _ in found.rejected) == [
        (3, "dimension 'geo' is empty"),
        (4, "TIME_PERIOD is no period"),
        (5, "OBS_VALUE is no number"),
        (6, "OBS_VALUE is too large"),
        (7, "the flag is malformed"),
        (8, "4 fields where the header has 11"),
    ]


def test_unknown_flags_are_kept_and_told(tmp_path: Path):
    found = read(tmp_path, OLD + "C10,V16110,AT\t1 x\t2 bx\t3 b\n")
    assert [row["flag"] for row in found.observations] == ["b", "bx", "x"]
    assert found.warnings == {"unknown flag": 2}


def test_a_file_without_an_end_is_told(tmp_path: Path):
    found = read(tmp_path, OLD + "C10,V16110,AT\t1\t2\t3\nC11,V16110,AT\t1\t2")
    assert found.warnings == {"no line end": 1}
    assert [line for line, *_ in found.rejected] == [3]


def test_a_header_alone_is_a_table_without_cells(tmp_path: Path):
    found = read(tmp_path, OLD)
    assert (found.rows_in, found.observations) == (0, [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<!DOCTYPE html><html><body>503</body></html>", "web page"),
        ('\n {"error": {"status": 404}}', "web page"),
        ("", "empty"),
        (b"\x00\x01\x02" * 500, "no text file"),
        ("year,region,value\n2010,AT,1\n", "not a table of Eurostat"),
        ("nace_r2,indic_sb\\time\t2010 \nC,V1\t1 \n", "'geo' is missing"),
        ("nace_r2,geo\\time\tlater \nC,AT\t1 \n", "'later' is no period"),
        ("nace_r2,geo\\time\t2010 \t2010 \nC,AT\t1 \t2 \n", "'2010' stands twice"),
        ("nace_r2,geo,OBS_VALUE\nC,AT,1\n", "'TIME_PERIOD' is missing"),
        (gzip.compress(OLD.encode() * 1000)[:-20], "cut off"),
        (gzip.compress(b"0" * 100_000_000), "zip bomb"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: str | bytes, said: str):
    with pytest.raises(InputError, match=said) as fault:
        read(tmp_path, content)
    assert "sbs_r_nuts06_r2.tsv" in str(fault.value)


def test_folder_and_zip_with_other_files(tmp_path: Path):
    files = {
        "sbs_r_nuts06_r2.tsv.gz": gzip.compress((OLD + "C10,V16110,AT\t1\t2\t3\n").encode()),
        "more/empers.sdmx.csv": (SDMX + f"{STATED},A,THS,EMP,A,AT,2020,1,,\n").encode(),
        "readme.txt": b"About these tables.",
        "picture.png": b"\x89PNG",
    }
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
            (tmp_path / "all" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "all" / name).write_bytes(content)
    for path in (tmp_path / "all.zip", tmp_path / "all"):
        found = read_source("eurostat", path)
        assert {row["dataset"] for row in found.observations} == {"sbs_r_nuts06_r2", "nama_10r_3empers"}
        assert (found.rows_in, found.warnings) == (4, {"unknown file": 2})


def test_a_broken_table_among_others_stops_the_reading(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good.tsv").write_text(OLD + "C10,V16110,AT\t1\t2\t3\n")
    (tmp_path / "a" / "bad.tsv").write_text("<html>")
    with pytest.raises(InputError, match="web page"):
        read_source("eurostat", tmp_path / "a")


def test_one_table_in_two_files_counts_once(tmp_path: Path):
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "sbs_r_nuts06_r2.tsv").write_text(OLD + "C10,V16110,AT\t1\t2\t: c\n")
    (folder / "sbs_r_nuts06_r2 (1).tsv").write_text(
        "freq,nace_r2,indic_sb,geo\\TIME_PERIOD\t2008 \t2011 \nA,C10,V16110,AT\t7 \t8 \n"
    )
    found = read_source("eurostat", folder)
    assert sorted((r["year"], r["value"]) for r in found.observations) == [
        (2008, 7.0),
        (2009, 2.0),
        (2010, 1.0),
        (2011, 8.0),
    ]
    assert found.rejected == [
        (2, "the cell stands already in a/sbs_r_nuts06_r2 (1).tsv:2", "V16110,persons,C10,AT,2008: : c")
    ]


def test_two_inputs_of_one_build_count_once(tmp_path: Path):
    for number, cells in enumerate(("1\t2\t3", "4\t5\t: c")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "sbs_r_nuts06_r2.tsv").write_text(
            OLD + f"C1{number},V16110,AT\t{cells}\nC,V16110,AT\t{cells}\n"
        )
    given = [Given("eurostat", tmp_path / str(n) / "sbs_r_nuts06_r2.tsv") for n in (0, 1)]
    built = build(given, tmp_path / "atlas")
    assert [(a.rows_in, a.loaded, a.quarantined) for a in built.accounts] == [(6, 6, 0), (6, 3, 3)]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("sbs_r_nuts06_r2.tsv.gz", "sbs_r_nuts06_r2"),
        ("estat_nama_10r_3gdp.tsv.gz", "nama_10r_3gdp"),
        ("nama_10r_3empers.sdmx.csv.gz", "nama_10r_3empers"),
        ("estat_nama_10r_3gdp$defaultview_filtered_en.csv", "nama_10r_3gdp"),
        ("bd_hgnace2_r3__custom_1234567_linear_2_0.csv.gz", "bd_hgnace2_r3"),
        ("LFST_R_LFE2EN2.TSV", "lfst_r_lfe2en2"),
    ],
)
def test_a_table_is_known_by_its_file(file: str, name: str):
    assert table_name(file) == name
