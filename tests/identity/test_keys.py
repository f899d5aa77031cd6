"""Numbers that count, and those that do not."""

from __future__ import annotations

import pytest

from clusteratlas.identity import keys


@pytest.mark.parametrize(
    "number",
    # published examples of the member states' own pages and of well-known public bodies
    ["ATU13585627", "BE0428759497", "DE136695976", "DK13585628", "EL094259216", "ESA13585625", "FI20774740",
     "FR40303265045", "IE6433435F", "IT00743110157", "LU15027442", "MT11679112", "PL8567346215", "PT501964843",
     "SE123456789701", "SI50223054", "SK2022749619", "HU12892312", "NL004495445B01", "CZ25123891", "HR33392005961",
     "EE100931558", "LV40003521600", "LT119511515", "RO18547290", "BG175074752", "CY10259033P", "GB980780684"],
)  # fmt: skip
def test_a_vat_number_counts_and_stops_counting_with_a_digit_changed(number: str) -> None:
    assert keys.vat(number, None) == number
    place = next(n for n in range(4, len(number)) if number[n].isdigit())
    changed = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert keys.vat(changed, None) is None


def test_a_siret_counts_as_its_siren() -> None:
    assert keys.national_id("73282932000074", "FR") == keys.national_id("732 829 320", "FR") == "FR:732829320"
    assert keys.national_id("73282932000075", "FR") is None


@pytest.mark.parametrize("text", ["", None, "ror.org", "05a28rw5i", "15a28rw58", "05a28rw57"])
def test_what_is_no_ror_counts_for_nothing(text: str | None) -> None:
    assert keys.ror(text) is None
