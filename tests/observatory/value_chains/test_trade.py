"""Value added in exports: definitions written out, and the nine terms that add up to gross exports."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.observatory import InputOutput
from clusteratlas.observatory.value_chains.trade import TERMS
from tests.observatory.value_chains.made_up import made_up


@given(st.integers(2, 4), st.integers(1, 4), st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_nine_terms_add_up_to_gross_exports(countries: int, industries: int, seed: int) -> None:
    found = made_up(countries, industries, seed).koopman_wang_wei()
    np.testing.assert_allclose(found[list(TERMS)].sum(axis=1), found["exports"])
    np.testing.assert_allclose(found["remainder"], 0, atol=1e-9)
    assert (found[list(TERMS)] >= -1e-9).to_numpy().all()


def test_domestic_terms_are_the_value_added_that_others_use_and_that_returns() -> None:
    """Terms 1 to 3 are value-added exports of Johnson and Noguera (2012): value added used by foreign final demand."""
    io = made_up(3, 4, seed=2)
    found = io.koopman_wang_wei()
    for number, country in enumerate(io.countries):
        abroad = io.final[:, io.uses.countries != country].sum(axis=1)
        mine = io.rows.countries == country
        used = (io.value_added / io.output * (io.leontief @ abroad))[mine].sum()
        assert found[list(TERMS[:3])].iloc[number].sum() == pytest.approx(used)


def test_value_added_in_exports_is_the_definition() -> None:
    io = made_up(3, 4, seed=3)
    found, whole = io.value_added_in_exports(), io.participation()
    share = io.value_added / io.output
    exports = np.zeros(12)
    for row in range(12):
        away = io.rows.countries != io.rows.countries[row]
        exports[row] = (
            io.flows[row, away].sum() + io.final[row, io.uses.countries != io.rows.countries[row]].sum()
        )
    np.testing.assert_allclose(found["exports"], exports)
    for row in range(12):
        added = share * io.leontief[:, row] * exports[row]
        home = io.rows.countries == io.rows.countries[row]
        assert found["domestic_value_added"][row] == pytest.approx(added[home].sum())
        assert found["foreign_value_added"][row] == pytest.approx(added[~home].sum())
        again = share[row] * io.leontief[row] @ np.where(home, 0, exports)
        assert found["reexported_value_added"][row] == pytest.approx(again)
    np.testing.assert_allclose(found["domestic_value_added"] + found["foreign_value_added"], exports)
    np.testing.assert_allclose(whole["exports"], exports.reshape(3, 4).sum(axis=1))
    both = whole["backward_participation"] + whole["forward_participation"]
    np.testing.assert_allclose(whole["participation"], both)
    # What is foreign in exports is, seen from its makers, what is re-exported of theirs.
    assert found["foreign_value_added"].sum() == pytest.approx(found["reexported_value_added"].sum())


def test_a_national_table_exports_nothing_it_could_tell_of() -> None:
    found = InputOutput([[150, 500], [200, 100]], [350, 1700]).value_added_in_exports()
    assert found["exports"].tolist() == [0, 0]
    assert found["backward_participation"].isna().all()
    terms = InputOutput([[150, 500], [200, 100]], [350, 1700]).koopman_wang_wei()
    assert terms[list(TERMS)].sum(axis=1).tolist() == [0]
