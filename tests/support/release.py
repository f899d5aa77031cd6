"""A tiny release: some thirty invented projects in the publisher's layout, built by the real pipeline.

`tiny_rows` gives the rows, `tiny_zip` a zip of them as CORDIS publishes it, `tiny_release` a built release.
Nothing in it is real but the codes; two projects try to break the page (markup, a formula).
"""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

from clusteratlas.pipeline.build import Given, build

PHOTONICS, HYDROGEN, TEXTILE = "photonics", "hydrogen", "textile"
SCRIPT_TITLE = "<script>alert(1)</script> & <b>bold</b> photonics"
FORMULA_TITLE = '=HYPERLINK("http://example.org";"photonics")'

# id, name, kind, SME, city, country, NUTS
ORGANISATIONS = (
    ("900000001", "LIGHT VALLEY CLUSTER", "OTH", "false", "Jena", "DE", "DEG03"),
    ("900000002", "UNIVERSITY OF JENA TEST", "HES", "false", "Jena", "DE", "DEG03"),
    ("900000003", "SMALL OPTICS GMBH", "PRC", "true", "Jena", "DE", "DEG03"),
    ("900000004", "ALPES PHOTONIQUE CLUSTER", "OTH", "false", "Grenoble", "FR", "FRK24"),
    ("900000005", "INSTITUT DE LUMIERE", "REC", "false", "Lyon", "FR", "FRK26"),
    ("900000006", "CLUSTER DE MODA", "OTH", "true", "Barcelona", "ES", "ES511"),
    ("900000007", "TEIXITS SL", "PRC", "true", "Barcelona", "ES", "ES511"),
    ("900000008", "HYDROGEN SWEDEN AB", "PRC", "true", "GOTEBORG", "SE", "SE232"),
    ("900000009", "MINISTRY OF ECONOMY TEST", "PUB", "false", "Athina", "EL", "EL303"),
    ("900000010", "POLSKI KLASTER", "OTH", "false", "Krakow", "PL", "PL213"),
)

# What the projects of a subject say: topic, scheme, programme part, theme, sentence.
SUBJECTS = {
    PHOTONICS: (
        ("HORIZON-CL4-2023-DIGITAL-01-51", "HORIZON-RIA", "HORIZON.2.4"),
        ("/25/73", "/engineering and technology/electrical engineering/photonics", "photonics"),
        "New lasers and sensors from the photonics laboratory are brought to small firms.",
    ),
    HYDROGEN: (
        ("HORIZON-CL5-2022-D2-01-08", "HORIZON-IA", "HORIZON.2.5"),
        ("/23/53", "/natural sciences/chemical sciences/electrochemistry", "electrochemistry"),
        "Green hydrogen is made, stored and used in a hydrogen valley with its harbour.",
    ),
    TEXTILE: (
        ("HORIZON-EIE-2022-CONNECT-01-01", "HORIZON-CSA", "HORIZON.3.2"),
        ("/25/77", "/engineering and technology/materials engineering/textiles", "textiles"),
        "Textile firms and designers work on recycled fibres across regions.",
    ),
}
CLUSTER_TOPIC = ("HORIZON-CL4-2023-RESILIENCE-01-42", "HORIZON-CSA", "HORIZON.2.4")
"""Topic of a cluster initiative: every fifth project answers it and is core by rule."""

HEADERS = {
    "project": "id;acronym;status;title;startDate;endDate;totalCost;ecMaxContribution;legalBasis;topics;"
    "ecSignatureDate;frameworkProgramme;masterCall;subCall;fundingScheme;nature;objective;contentUpdateDate;"
    "rcn;grantDoi",
    "organization": "projectID;projectAcronym;organisationID;vatNumber;name;shortName;SME;activityType;"
    "street;postCode;city;country;nutsCode;geolocation;organizationURL;contactForm;contentUpdateDate;rcn;order;role;"
    "ecContribution;netEcContribution;totalCost;endOfParticipation;active",
    "topics": "projectID;topic;title",
    "euroSciVoc": "projectID;euroSciVocCode;euroSciVocPath;euroSciVocTitle;euroSciVocDescription",
    "legalBasis": "projectID;legalBasis;title;uniqueProgrammePart",
    "webLink": "id;projectID;physUrl;availableLanguages;status;archivedDate;type;source;represents",
    "results": "id;projectID;projectAcronym;rcn;title;collection;resultType;iprNumber;iprDate;iprAwarded;"
    "sourceUpdateDate;contentUpdateDate;url",
}


def tiny_rows(projects: int = 30) -> dict[str, list[tuple[str, ...]]]:
    """The rows of each file, in the order of `HEADERS`."""
    rows: dict[str, list[tuple[str, ...]]] = {name: [] for name in HEADERS}
    for number in range(projects):
        _add_project(rows, number)
    return rows


def _add_project(rows: dict[str, list[tuple[str, ...]]], number: int) -> None:
    one, subject = str(101_900_000 + number), list(SUBJECTS)[number % 3]
    (topic, scheme, part), theme, sentence = SUBJECTS[subject]
    is_cluster = number % 5 == 0
    if is_cluster:
        topic, scheme, part = CLUSTER_TOPIC
        sentence += " Cluster organisations of several regions support their SMEs with vouchers."
    acronym, year = f"{subject[:5].upper()}{number}", 2021 + number % 4
    money = str(250_000 * (number + 1))
    rows["project"].append(
        (
            *(one, acronym, ("SIGNED", "CLOSED", "TERMINATED")[number % 3], _title(number, subject)),
            *(f"{year}-03-01", f"{year + 3}-02-28", money, money if number != 7 else "", part, topic),
            *(f"{year}-01-15", "HORIZON", topic[:-3], topic[:-3], scheme, "", sentence),
            *(f"2025-0{1 + number % 9}-10 10:00:00", str(300_000 + number), f"10.3030/{one}"),
        )
    )
    for order, index in enumerate(_partners(number, is_cluster), start=1):
        rows["organization"].append(_participation(one, acronym, order, index))
    rows["topics"].append((one, topic, f"Topic about {subject}"))
    rows["euroSciVoc"].append((one, *theme, ""))
    rows["legalBasis"].append((one, part, "A part of the programme", "true"))
    link = f"https://example.org/{one}"
    rows["webLink"].append((f"w{one}", one, link, "en", "", "", "relatedWebsite", "", "project"))
    paper = (f"{one}_1_PUBLI", one, acronym, str(400_000 + number), f"A paper on {subject}")
    kind = ("Project publication", "Peer reviewed articles", "", "", "")
    rows["results"].append((*paper, *kind, "2025-02-02 00:00:00", "2025-02-02 00:00:00", ""))


def _partners(number: int, is_cluster: bool) -> list[int]:
    """Two to four organisations; cluster organisations take part in cluster projects alone."""
    chosen = [
        index for index, (_, name, *_) in enumerate(ORGANISATIONS) if is_cluster or not _is_cluster(name)
    ]
    return list(dict.fromkeys(chosen[(number + step * 2) % len(chosen)] for step in range(2 + number % 3)))


def _is_cluster(name: str) -> bool:
    return "CLUSTER" in name or "KLASTER" in name


def _title(number: int, subject: str) -> str:
    special = {3: SCRIPT_TITLE, 6: FORMULA_TITLE}
    return special.get(number) or f"{subject.capitalize()} for the regions, part {number}"


def _participation(one: str, acronym: str, order: int, index: int) -> tuple[str, ...]:
    number, name, kind, is_sme, city, country, nuts = ORGANISATIONS[index]
    money = str(100_000 * order)
    return (
        *(one, acronym, number, "", name, "", is_sme, kind, "", "", city, country, nuts, "", "", ""),
        *("2025-01-01 00:00:00", number, str(order), "coordinator" if order == 1 else "participant"),
        *(money, money, money, "false", ""),
    )


def tiny_zip(path: Path, projects: int = 30) -> Path:
    """Write the rows as the publisher's zip of CSV files; gives the path back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tiny_rows(projects).items():
            text = io.StringIO()
            writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(HEADERS[name].split(";"))
            writer.writerows(rows)
            archive.writestr(f"{name}.csv", text.getvalue())
    return path


def tiny_release(folder: Path, projects: int = 30, more: tuple[str, ...] = ()) -> Path:
    """Build a release of the tiny rows in ``folder`` with the real pipeline; gives the release's root.

    ``more`` names sources that the package holds itself.
    """
    source = tiny_zip(folder / "source" / "horizon.zip", projects)
    root = folder / "atlas"
    build([Given("cordis", source), *(Given(name, None) for name in more)], root)
    return root
