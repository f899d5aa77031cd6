"""One body in another alphabet, spelling or legal form; neighbours that only sound alike."""

from __future__ import annotations

import polars as pl
import pytest

from clusteratlas import identity
from tests.identity.test_resolve import organisations, together

SPELLINGS = [
    ("Πανεπιστήμιο Πατρών", "PANEPISTIMIO PATRON", "GR"),
    ("Технически университет - София", "TEHNICHESKI UNIVERSITET SOFIA", "BG"),
    ("Българска академия на науките", "BULGARSKA AKADEMIYA NA NAUKITE", "BG"),
    ("Politechnika Łódzka", "POLITECHNIKA LODZKA", "PL"),
    (
        "Fraunhofer-Gesellschaft zur Förderung der angewandten Forschung e.V.",
        "FRAUNHOFER GESELLSCHAFT ZUR FORDERUNG DER ANGEWANDTEN FORSCHUNG EV",
        "DE",
    ),
    (
        "Centre national de la recherche scientifique CNRS",
        "CENTRE NATIONAL DE LA RECHERCHE SCIENTIFIQUE",
        "FR",
    ),
    (
        "Commissariat à l'énergie atomique et aux énergies alternatives (CEA)",
        "COMMISSARIAT A L ENERGIE ATOMIQUE ET AUX ENERGIES ALTERNATIVES",
        "FR",
    ),
    (
        "Vlaamse Instelling voor Technologisch Onderzoek NV (VITO)",
        "VITO - Vlaamse Instelling voor Technologisch Onderzoek N.V.",
        "BE",
    ),
    (
        "Agencia Estatal Consejo Superior de Investigaciones Científicas",
        "AGENCIA ESTATAL CONSEJO SUPERIOR DEINVESTIGACIONES CIENTIFICAS",
        "ES",
    ),
    ("Fundación Tecnalia Research & Innovation", "FUNDACION TECNALIA RESEARCH AND INNOVATION", "ES"),
    ("Teknologian tutkimuskeskus VTT Oy", "Teknologian tutkimuskeskus VTT", "FI"),
    ("CZ.NIC, z. s. p. o.", "CZ.NIC, z.s.p.o.", "CZ"),
    ("Univerza v Ljubljani", "UNIVERZA V LJUBLJANI", "SI"),
    ("Sveučilište u Zagrebu", "SVEUCILISTE U ZAGREBU", "HR"),
    ("Rīgas Tehniskā universitāte", "RIGAS TEHNISKA UNIVERSITATE", "LV"),
    ("Kauno technologijos universitetas", "KAUNO TECHNOLOGIJOS UNIVERSITETAS", "LT"),
    ("Università ta' Malta", "UNIVERSITA TA MALTA", "MT"),
    (
        "Budapesti Műszaki és Gazdaságtudományi Egyetem",
        "BUDAPESTI MUSZAKI ES GAZDASAGTUDOMANYI EGYETEM",
        "HU",
    ),
    ("ARISTOTELIO PANEPISTIMIO THESSALONIKIS", "Αριστοτέλειο Πανεπιστήμιο Θεσσαλονίκης", "GR"),
    ("FundaciÃ³n Circe", "Fundación Circe", "ES"),
    ("UNIVERSITÃ„T STUTTGART", "Universität Stuttgart", "DE"),
    ("Malmö stad", "MALMO STAD", "SE"),
    ("Københavns Kommune", "KOBENHAVNS KOMMUNE", "DK"),
    ("Ayuntamiento de Valladolid", "AYUNTAMIENTO VALLADOLID", "ES"),
]
FORMS = [
    ("Nanogate Umbrella s. r. o.", "NANOGATE UMBRELLA S.R.O.", "SK"),
    ("Zelenlux Sp. z o.o.", "ZELENLUX SPOLKA Z OGRANICZONA ODPOWIEDZIALNOSCIA", "PL"),
    ("Kormeta Kft.", "Kormeta Korlátolt Felelősségű Társaság", "HU"),
    ("Kormeta EOOD", "Кормета ЕООД", "BG"),
    ("Veridon A.E.", "VERIDON ANONYMI ETAIREIA", "GR"),
    ("Veridon Monoprosopi IKE", "VERIDON IDIOTIKI KEFALAIOUCHIKI ETAIREIA", "GR"),
    ("Solvetta S.p.A.", "SOLVETTA SPA", "IT"),
    ("Solvetta Società a responsabilità limitata", "SOLVETTA SRL", "IT"),
    ("Baltrix UAB", "UAB BALTRIX", "LT"),
    ("Baltrix SIA", "SIA Baltrix", "LV"),
    ("Baltrix OÜ", "BALTRIX OU", "EE"),
    ("Nordvik Aktiebolag", "Nordvik AB", "SE"),
    ("Nordvik Aktieselskab", "NORDVIK A/S", "DK"),
    ("Nordvik Osakeyhtiö", "NORDVIK OY", "FI"),
    ("Drevona d.o.o.", "DREVONA DRUZBA Z OMEJENO ODGOVORNOSTJO", "SI"),
    ("Drevona d.o.o.", "DREVONA DRUSTVO S OGRANICENOM ODGOVORNOSCU", "HR"),
    ("Carbotec SRL", "CARBOTEC SOCIETATE CU RASPUNDERE LIMITATA", "RO"),
    ("Lumetis Lda", "LUMETIS, LDA.", "PT"),
    ("Lumetis, Sociedade Unipessoal, Lda", "LUMETIS SOCIEDADE UNIPESSOAL LDA", "PT"),
    ("Veltron B.V.", "VELTRON BESLOTEN VENNOOTSCHAP", "NL"),
    ("Veltron Public Limited Company", "VELTRON PLC", "IE"),
    ("Veltron SAS", "VELTRON SOCIETE PAR ACTIONS SIMPLIFIEE", "FR"),
    ("Veltron S.à r.l.", "VELTRON SARL", "LU"),
]
LIKELY = [
    ("Universität Wien", "University of Vienna", "AT"),
    ("СОФИЙСКИ УНИВЕРСИТЕТ СВЕТИ КЛИМЕНТ ОХРИДСКИ", "SOFIA UNIVERSITY ST KLIMENT OHRIDSKI", "BG"),
    ("Masarykova univerzita", "MASARYKOVA UNIVERZITA V BRNE", "CZ"),
    ("Jožef Stefan Institute", "INSTITUT JOZEF STEFAN", "SI"),
    ("TalTech - Tallinna Tehnikaülikool", "TALLINNA TEHNIKAULIKOOL", "EE"),
    ("Ollscoil na Gaillimhe", "OLLSCOIL NA GAILLIMHE - UNIVERSITY OF GALWAY", "IE"),
]
NEIGHBOURS = [
    ("Technische Universität München", "Ludwig-Maximilians-Universität München", "DE"),
    ("Universität Hamburg", "Technische Universität Hamburg", "DE"),
    ("Universität Hamburg", "Universitätsklinikum Hamburg-Eppendorf", "DE"),
    ("Università degli Studi di Milano", "Università degli Studi di Milano-Bicocca", "IT"),
    ("Politecnico di Milano", "Politecnico di Torino", "IT"),
    ("Universidad de Barcelona", "Universidad Autónoma de Barcelona", "ES"),
    ("Universitat Politècnica de Catalunya", "Universitat Politècnica de València", "ES"),
    ("Sorbonne Université", "Université Sorbonne Paris Nord", "FR"),
    ("Université Paris Cité", "Université Paris-Saclay", "FR"),
    ("University College Dublin", "Dublin City University", "IE"),
    ("University College Cork", "University College Dublin", "IE"),
    ("Vrije Universiteit Brussel", "Université libre de Bruxelles", "BE"),
    ("Katholieke Universiteit Leuven", "Université catholique de Louvain", "BE"),
    ("Oslo Universitetssykehus HF", "Universitetet i Oslo", "NO"),
    ("Helios Klinikum Berlin-Buch GmbH", "Helios Klinikum Wuppertal GmbH", "DE"),
    ("Asklepios Klinik Barmbek", "Asklepios Klinik Altona", "DE"),
    ("Hospital Universitario La Paz", "Hospital Universitario La Fe", "ES"),
    ("Azienda Ospedaliera di Padova", "Azienda Ospedaliera di Perugia", "IT"),
    ("Centre Hospitalier Universitaire de Nantes", "Centre Hospitalier Universitaire de Nancy", "FR"),
    ("Centre Hospitalier Universitaire de Rennes", "Centre Hospitalier Universitaire de Reims", "FR"),
    ("Siemens AG", "Siemens Energy AG", "DE"),
    ("Siemens AG", "Siemens Healthcare GmbH", "DE"),
    ("Thales SA", "Thales Alenia Space France SAS", "FR"),
    ("Airbus Operations GmbH", "Airbus Defence and Space GmbH", "DE"),
    ("Atos SE", "Atos IT Solutions and Services", "FR"),
    ("Bosch Rexroth AG", "Robert Bosch GmbH", "DE"),
    ("Stadt Wien", "Land Wien Museum", "AT"),
    ("Provincia di Trento", "Comune di Trento", "IT"),
    ("Región de Murcia", "Ayuntamiento de Murcia", "ES"),
    ("Landeshauptstadt München", "Landkreis München", "DE"),
    ("Regione Lombardia", "Regione Liguria", "IT"),
    ("Provincie Utrecht", "Gemeente Utrecht", "NL"),
    ("Provincie Groningen", "Gemeente Groningen", "NL"),
    ("Västra Götalandsregionen", "Göteborgs stad", "SE"),
    ("Kraj Vysočina", "Jihočeský kraj", "CZ"),
    ("Industrie- und Handelskammer Köln", "Handwerkskammer zu Köln", "DE"),
    ("Chambre de Commerce et d'Industrie de Lyon", "Chambre de Commerce et d'Industrie de Nice", "FR"),
    ("Cámara de Comercio de Sevilla", "Cámara de Comercio de Valencia", "ES"),
    ("Institut de Recherche pour le Développement", "Institut de Recherche Technologique Jules Verne", "FR"),
    ("Max-Planck-Institut für Physik", "Max-Planck-Institut für Chemie", "DE"),
    ("Fraunhofer IPA", "Fraunhofer IPT", "DE"),
    ("Cluster Mobility Tech", "Cluster Marine Tech", "FR"),
    ("Hochschule Bremen", "Hochschule Bremerhaven", "DE"),
    ("Universidade Nova de Lisboa", "Universidade de Lisboa", "PT"),
    ("Lycée Technique 1", "Lycée Technique 2", "LU"),
    ("Ministry of Health", "Ministry of Economy", "CY"),
    ("Ministerstvo zdravotnictví", "Ministerstvo životního prostředí", "CZ"),
    ("Lund University", "Linnaeus University", "SE"),
    ("Technical University of Varna", "Technical University of Gabrovo", "BG"),
    ("Gmina Kraków", "Gmina Krosno", "PL"),
    ("Województwo Małopolskie", "Województwo Mazowieckie", "PL"),
    ("Vela Turbinen Holding AG", "Vela Turbinen AG", "DE"),
    ("Oy Alfa Beta", "Oy Alfa Gamma", "FI"),
]


@pytest.mark.parametrize(("left", "right", "country"), SPELLINGS)
def test_one_name_in_another_alphabet_or_spelling_is_one_body(left: str, right: str, country: str) -> None:
    assert together(left, right, country=country)


@pytest.mark.parametrize(("left", "right", "country"), FORMS)
def test_one_legal_form_written_out_or_short_is_one_body(left: str, right: str, country: str) -> None:
    assert together(left, right, country=country)


@pytest.mark.parametrize(("left", "right", "country"), LIKELY)
def test_a_translated_name_is_at_least_shown_to_a_person(left: str, right: str, country: str) -> None:
    records = pl.DataFrame({
        "record_id": ["1", "2"], "source": ["a", "b"], "name": [left, right], "country": [country] * 2,
    })  # fmt: skip
    (verdict,) = identity.judge(records)["verdict"].to_list()
    assert verdict in {"same", "unsure"}


@pytest.mark.parametrize(("left", "right", "country"), NEIGHBOURS)
def test_neighbours_that_sound_alike_are_two(left: str, right: str, country: str) -> None:
    assert not together(left, right, country=country)


FAMILIES = {
    "Helios Klinikum {} GmbH": ["Erfurt", "Schwerin", "Krefeld", "Siegburg", "Wiesbaden", "Pforzheim"],
    "Universität {}": ["Bremen", "Bonn", "Bayreuth", "Bielefeld", "Bamberg", "Passau"],
    "Fachhochschule {}": ["Aachen", "Kiel", "Erfurt", "Münster", "Dortmund", "Potsdam"],
    "Fraunhofer-Institut für {}": ["Solare Energiesysteme", "Holzforschung", "Lasertechnik", "Bauphysik"],
    "{} Berlin": [
        "Technische Universität",
        "Freie Universität",
        "Humboldt-Universität zu",
        "Hochschule für Technik",
    ],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_members_of_one_family_of_names_stay_apart_when_they_come_together(family: str) -> None:
    names = [family.format(member) for member in FAMILIES[family]]
    rows = [(source, name.upper() if source == "b" else name, "DE") for name in names for source in "ab"]
    found = organisations(*rows)
    assert len(set(found)) == len(names)
    assert found[::2] == found[1::2]


def test_a_name_of_a_million_letters_is_read_in_bounded_time() -> None:
    long, other = "Wien " * 200_000, "Wiener " * 150_000
    found = organisations(("a", long, "AT"), ("b", "Universität Wien", "AT"), ("b", other, "AT"))
    assert found[0] != found[1]


def test_a_column_of_nothing_but_blanks_is_as_good_as_none() -> None:
    rows = [("a", "Kerry Weavers Guild", "IE", " ", ""), ("b", "KERRY WEAVERS GUILD", "IE", "", " ")]
    first, second = organisations(*rows, columns="source name country city postal_code")
    assert first == second
