"""An invented panel of firms to try the page with."""

from __future__ import annotations

import random
from functools import cache

REGIONS = ("Riverland", "Highmark", "Seaboard")
INDUSTRIES = ("Machinery", "Food", "Software")
YEARS = range(2017, 2025)
FIRMS = 120


@cache
def panel() -> str:
    """Firms of three invented regions, some born, some gone, some growing fast, as CSV; the same each time.

    >>> panel().splitlines()[0]
    'firm,year,region,industry,birth_year,employees,turnover'
    """
    dice = random.Random(20)  # noqa: S311 - no secret
    lines = ["firm,year,region,industry,birth_year,employees,turnover"]
    for number in range(1, FIRMS + 1):
        lines += _firm(number, dice)
    return "\n".join(lines) + "\n"


def _firm(number: int, dice: random.Random) -> list[str]:
    region = dice.choices(REGIONS, (5, 4, 2))[0]
    industry = dice.choices(INDUSTRIES, (5, 4, 3))[0]
    birth = dice.choice([*range(1975, 2015), *[2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021] * 3])
    last = dice.choice(YEARS) if dice.random() < 0.2 else YEARS[-1]
    pace = {"Software": 0.07, "Machinery": 0.02, "Food": 0.0}[industry] + (0.12 if birth >= 2013 else 0.0)
    size = dice.lognormvariate(2.2 if birth > YEARS[0] else 3.3, 0.7)
    lines = []
    for year in YEARS:
        if birth <= year <= last:
            people = max(round(size), 1)
            turnover = people * dice.uniform(90, 180)
            lines.append(f"Firm {number:03d},{year},{region},{industry},{birth},{people},{turnover:.0f}")
            sign = 1 if dice.random() < 0.5 else -1
            size *= 2.718 ** (pace + sign * dice.expovariate(1 / 0.1))
    return lines
