"""Records for the benchmarks of identity: real ones with their PIC, and synthetic ones with realistic noise."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import polars as pl

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
NAMES = DATA / "identity" / "pic_names_dev.csv.gz"
HORIZON = DATA / "cordis" / "cordis-HORIZONprojects-csv.zip"
FP7 = DATA / "cordis" / "fp7-2018-derived" / "bia-reconciled_database_organization.csv.gz"
H2020 = DATA / "cordis" / "h2020-2016-derived"


def names_alone() -> pl.DataFrame:
    """Records with ``source``, ``name``, ``country``, and ``truth``: the PIC that the resolver is not shown."""
    held = pl.read_csv(NAMES, infer_schema=False).with_columns(pl.all().fill_null(""))
    held = held.filter(~pl.col("src").str.ends_with("_short")).with_row_index("record_id")
    return held.select(pl.col("record_id").cast(pl.String), "name", "country", source="src", truth="pic")


def with_places() -> pl.DataFrame:
    """About 70,000 records of Horizon, FP7 and H2020 with what CORDIS publishes beside the name, and ``truth``.

    ``street`` is no column that the resolver knows: it is there to judge what was merged.
    """
    with zipfile.ZipFile(HORIZON) as archive:
        table = pl.read_csv(io.BytesIO(archive.read("organization.csv")), separator=";", infer_schema=False)
    horizon = table.select(
        source=pl.lit("Horizon"), truth="organisationID", name="name", country="country", short_name="shortName",
        city="city", postal_code="postCode", vat_number="vatNumber", website_url="organizationURL",
        activity_type="activityType", street="street",
    )  # fmt: skip
    horizon = horizon.unique("truth", keep="last", maintain_order=True)
    pieces = pl.col("address").str.split(",")
    fp7 = pl.read_csv(FP7, infer_schema=False).select(
        source=pl.lit("FP7"), truth="idOrganization", name="name", country="country",
        city=pl.when(pieces.list.len() > 1).then(pieces.list.get(-2, null_on_oob=True).str.strip_chars()),
        postal_code=pieces.list.last().str.strip_chars(),
        street=pieces.list.head(pl.max_horizontal(pieces.list.len().cast(pl.Int64) - 2, 0)).list.join(","),
    )  # fmt: skip
    h2020 = _h2020()
    held = pl.concat([horizon, fp7, h2020], how="diagonal")
    return (
        held.filter(pl.col("name").is_not_null()).with_row_index("record_id").cast({"record_id": pl.String})
    )


def _h2020() -> pl.DataFrame:
    held = pl.read_csv(H2020 / "unique_org.csv.gz", separator="\t", infer_schema=False, quote_char=None)
    return held.select(source=pl.lit("H2020"), truth="new_org_id", name="name", country="country")


SYLLABLES = ["ka", "ro", "mi", "ten", "vel", "dor", "sa", "lin", "gra", "po", "zu", "bel", "tri", "no", "fa", "xi",
             "her", "mon", "qua", "sto", "lu", "per", "ga", "wen", "di", "cor", "ny", "bra", "tel", "os"]  # fmt: skip
KINDS = ["University", "Institute", "Research Centre", "Technologies", "Systems", "Engineering", "Hospital",
         "Foundation", "Association", "Energy", "Solutions", "Municipality", "Consulting",
         "Laboratory", "Academy"]  # fmt: skip
FIELDS = ["Applied Sciences", "Materials", "Health", "Water", "Transport", "Agriculture", "Marine Biology", "Photonics",
          "Innovation", "Food", "Space", "Robotics", "Textiles", "Forestry", "Design"]  # fmt: skip
FORMS = {"DE": ["GmbH", "AG"], "FR": ["SAS", "SARL"], "IT": ["SRL", "S.p.A."], "ES": ["SL", "S.A."],
         "PL": ["Sp. z o.o."], "NL": ["B.V."], "SE": ["AB"], "PT": ["Lda"]}  # fmt: skip


def synthetic(records: int, *, seed: int = 7) -> pl.DataFrame:
    """About ``records`` records of half as many bodies, spelt differently; ``truth`` numbers the bodies.

    A body has a name (one to two made-up words, often with generic ones, a form of its country), a city and a
    country; each further record of it, in another source, may lose or swap letters, lose its form, gain an
    acronym, begin with its last word, stick two together, and in one of eight cases give another city.
    """
    draw = random.Random(seed)
    cities = [_word(draw).title() for _ in range(3000)]
    rows = []
    body = 0
    while len(rows) < records:
        country = draw.choice(list(FORMS))
        name, city = _name(draw, country), draw.choice(cities)
        for source in range(draw.choice((1, 1, 2, 2, 3, 4))):
            written = name if draw.random() < 0.35 else _noisy(draw, name)
            place = city if draw.random() < 0.88 else draw.choice(cities)
            rows.append((str(len(rows)), f"source {source}", written, country, place, str(body)))
        body += 1
    heads = ["record_id", "source", "name", "country", "city", "truth"]
    return pl.DataFrame(rows[:records], schema=heads, orient="row")


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(SYLLABLES, k=draw.choice((2, 3, 3, 4))))


def _name(draw: random.Random, country: str) -> str:
    own = " ".join(_word(draw).title() for _ in range(draw.choice((1, 1, 2))))
    shape = draw.random()
    if shape < 0.45:
        return f"{own} {draw.choice(KINDS)} {draw.choice(FORMS[country])}"
    if shape < 0.6:
        return f"{own} {draw.choice(FORMS[country])}"
    if shape < 0.85:
        return f"{draw.choice(KINDS)} of {draw.choice(FIELDS)} {own}"
    return f"{own} {draw.choice(KINDS)} for {draw.choice(FIELDS)}"


def _noisy(draw: random.Random, name: str) -> str:
    words = name.split()
    change = draw.random()
    has_form = any(name.endswith(form) for forms in FORMS.values() for form in forms)
    if change < 0.25 and has_form and len(words) > 2:
        words = name.removesuffix("Sp. z o.o.").split() if name.endswith("Sp. z o.o.") else words[:-1]
    elif change < 0.45:
        words = [*words, "(" + "".join(word[0] for word in words).upper() + ")"]
    elif change < 0.7:
        place = draw.randrange(len(words))
        words[place] = _misspelt(draw, words[place])
    elif change < 0.8 and len(words) > 1:
        words[0:2] = ["".join(words[:2])]
    elif change < 0.88 and len(words) > 2 and not has_form:
        words = [*words[-1:], *words[:-1]]
    text = " ".join(words)
    return text.upper() if draw.random() < 0.5 else text


def _misspelt(draw: random.Random, word: str) -> str:
    if len(word) < 4:
        return word
    place = draw.randrange(1, len(word) - 1)
    return draw.choice((
        word[:place] + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + draw.choice("aeiourstn") + word[place:],
    ))  # fmt: skip
