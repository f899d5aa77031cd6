"""Write taxonomies/funding_schemes.csv and legal_bases.csv from CORDIS files.

    python tools/make_code_lists.py ../shared/data/cordis

Expects in the folder: cordis-HORIZONprojects-csv.zip and reference/. Labels are the publisher's titles
(CORDIS, European Union, CC BY 4.0), put into plain words by the tables below where they are bare codes.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

TAXONOMIES = Path(__file__).parent.parent / "src/clusteratlas/taxonomies"
LABELS = {
    "HORIZON-RIA": "Research and innovation action",
    "HORIZON-IA": "Innovation action",
    "HORIZON-CSA": "Coordination and support action",
    "HORIZON-JU-RIA": "Research and innovation action of a joint undertaking",
    "HORIZON-JU-IA": "Innovation action of a joint undertaking",
    "HORIZON-JU-CSA": "Coordination and support action of a joint undertaking",
    "HORIZON-ERC": "ERC grant",
    "HORIZON-ERC-POC": "ERC proof of concept",
    "HORIZON-ERC-SYG": "ERC synergy grant",
    "HORIZON-EIC": "EIC Pathfinder or Transition grant",
    "HORIZON-EIC-ACC": "EIC Accelerator grant",
    "HORIZON-EIC-ACC-BF": "EIC Accelerator grant with equity (blended finance)",
    "HORIZON-TMA-MSCA-PF-EF": "MSCA postdoctoral fellowship in Europe",
    "HORIZON-TMA-MSCA-PF-GF": "MSCA postdoctoral fellowship outside Europe",
    "HORIZON-TMA-MSCA-DN": "MSCA doctoral network",
    "HORIZON-TMA-MSCA-DN-ID": "MSCA industrial doctorate",
    "HORIZON-TMA-MSCA-DN-JD": "MSCA joint doctorate",
    "HORIZON-TMA-MSCA-SE": "MSCA staff exchange",
    "HORIZON-TMA-MSCA-Cofund-P": "MSCA co-funded postdoctoral programme",
    "HORIZON-TMA-MSCA-Cofund-D": "MSCA co-funded doctoral programme",
    "HORIZON-COFUND": "Co-funded partnership",
    "HORIZON-EIT-KIC": "EIT knowledge and innovation community",
    "HORIZON-PCP": "Pre-commercial procurement",
    "HORIZON-AG": "Action grant",
    "HORIZON-PPI": "Public procurement of innovation",
    "EURATOM-RIA": "Euratom research and innovation action",
    "EURATOM-IA": "Euratom innovation action",
    "EURATOM-CSA": "Euratom coordination and support action",
    "EURATOM-COFUND": "Euratom co-funded partnership",
    "RIA": "Research and innovation action",
    "IA": "Innovation action",
    "CSA": "Coordination and support action",
    "ERC-ADG": "ERC advanced grant",
    "ERC-STG": "ERC starting grant",
    "ERC-COG": "ERC consolidator grant",
    "BBI-RIA": "Research and innovation action on bio-based industries",
    "BBI-IA-DEMO": "Demonstration action on bio-based industries",
    "BBI-IA-FLAG": "Flagship action on bio-based industries",
    "ECSEL-RIA": "Research and innovation action on electronic components",
    "ECSEL-IA": "Innovation action on electronic components",
    "FCH2-RIA": "Research and innovation action on fuel cells and hydrogen",
    "SSA Specific Support": "Specific support action",
    "SGA-CSA": "Coordination and support action under a framework agreement",
}
# the first pattern that a code matches gives its family
FAMILIES = (
    (r"ERC\b", "ERC"),
    (r"MSCA|^MC-|^(EIF|OIF|IIF|IIFR|IRG|ERG|EST|RTN|RIN|TOK|EXT|EXC|EXA|LCF|SCF|CAREER)\b", "MSCA"),
    (r"EIC|^SME-\d", "EIC and SME instrument"),
    (r"EIT", "EIT"),
    (r"COFUND|ERA-?NET|ERANET|EJP", "Co-funding"),
    (r"PCP|PPI|PreCommercial", "Procurement"),
    (r"(^|-)(RIA|CP|STREP|IP|NoE)(\b|-)", "RIA"),
    (r"(^|-)IA(\b|-)", "IA"),
    (r"(^|-)(CSA|CA|SSA|ACM|CON)(\b|-)", "CSA"),
    (r"^CIP", "CIP"),
    (r"^JTI", "Joint technology initiative"),
    (r"SME|CRAFT|BSG|Cooperative|Collective|CLR|CRS", "Research for SMEs"),
)


def family_of(code: str) -> str:
    """The family of a scheme, by its code."""
    return next((family for pattern, family in FAMILIES if re.search(pattern, code, re.IGNORECASE)), "other")


def rows_of(path: Path, name: str = "") -> Iterator[dict[str, str]]:
    """The rows of a semicolon-separated file, or of one in a zip."""
    data = zipfile.ZipFile(path).read(name) if name else path.read_bytes()
    text = data.decode("utf-8-sig", errors="replace")
    yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=";")


def mend(text: str) -> str:
    """A title without lost letters, doubled blanks and shouting prefixes."""
    text = " ".join(text.replace("Sk?odowska", "Skłodowska").replace("\ufffd", "").split())
    return re.sub(
        r"^(EXCELLENT SCIENCE|INDUSTRIAL LEADERSHIP|SOCIETAL CHALLENGES|PRIORITY) ?-? ?'?", "", text
    )


def schemes(folder: Path) -> list[tuple[str, str, str]]:
    """Code, label and family of each scheme."""
    reference = folder / "reference/cordisref-projectFundingSchemeCategory.csv"
    titles = {row["code"]: mend(row["title"]) for row in rows_of(reference) if row["language"] == "en"}
    used = {row["fundingScheme"] for row in rows_of(folder / "cordis-HORIZONprojects-csv.zip", "project.csv")}
    codes = {code.strip() for code in {*titles, *used, *LABELS} if code and re.fullmatch(r"[\w() -]+", code)}
    return [(code, LABELS.get(code) or titles.get(code) or code, family_of(code)) for code in sorted(codes)]


def bases(folder: Path) -> list[tuple[str, str, str, str]]:
    """Code, label, programme and parent of each part of a programme."""
    found: dict[str, tuple[str, str]] = {}
    for row in rows_of(folder / "reference/cordisref-FP7programmes.csv"):
        if row["Language"] == "en" and re.fullmatch(r"FP7-[A-Z]+", row["Code"]):
            found[row["Code"]] = (row["ShortTitle"] or row["Title"], "FP7")
    for row in rows_of(folder / "reference/cordisref-H2020programmes.csv"):
        if row["language"] == "en" and row["code"].startswith(("H2020-EU.", "H2020-Euratom")):
            found[row["code"]] = (row["shortTitle"] or row["title"], "H2020")
    for row in rows_of(folder / "cordis-HORIZONprojects-csv.zip", "legalBasis.csv"):
        programme = "EURATOM" if row["legalBasis"].startswith("EURATOM") else "HORIZON"
        found[row["legalBasis"]] = (row["title"], programme)
    found |= {
        "HORIZON.1": ("Excellent science", "HORIZON"),
        "HORIZON.4": ("Widening participation", "HORIZON"),
    }
    found |= {"HORIZON.2": ("Global challenges and industrial competitiveness", "HORIZON")}
    found |= {"HORIZON.3": ("Innovative Europe", "HORIZON")}
    return [
        (code, mend(label), programme, parent(code, found))
        for code, (label, programme) in sorted(found.items())
    ]


def parent(code: str, known: dict) -> str:
    """The longest other code that begins this one and ends where a part ends."""
    parts = [other for other in known if other != code and code.startswith(other.rstrip(".") + ".")]
    return max(parts, key=len, default="")


def write(name: str, fields: list[str], rows: list[tuple]) -> None:
    """Write a CSV file of the taxonomies."""
    with (TAXONOMIES / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(fields)
        out.writerows(rows)


def main(folder: Path) -> None:
    """Make both files from the folder of CORDIS files."""
    write("funding_schemes.csv", ["code", "label", "family"], schemes(folder))
    write("legal_bases.csv", ["code", "label", "programme_id", "parent_code"], bases(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
