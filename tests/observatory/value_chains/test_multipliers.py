"""Multipliers, linkages and extraction: the textbook, pymrio, and tables computed anew without the industry."""

from __future__ import annotations

import numpy as np
import polars as pl
import pymrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import InputOutput
from tests.observatory.value_chains.made_up import long, made_up

TEXTBOOK = ([[150, 500], [200, 100]], [350, 1700], [1000, 2000])
"""The two-sector table that Miller and Blair 2009 carry through chapter 2."""


def test_the_inverse_of_the_textbook() -> None:
    io = InputOutput(*TEXTBOOK)
    np.testing.assert_allclose(io.leontief.round(4), [[1.2541, 0.3300], [0.2640, 1.1221]], atol=1.1e-4)
    assert io.output_multipliers()["output_multiplier"].round(3).tolist() == [1.518, 1.452]


def test_the_inverses_are_those_of_pymrio() -> None:
    io = made_up(3, 5, seed=3)
    a = pymrio.calc_A(io.flows, io.output)
    np.testing.assert_allclose(io.coefficients, a)
    np.testing.assert_allclose(io.leontief, pymrio.calc_L(a))
    np.testing.assert_allclose(io.ghosh, pymrio.calc_G(pymrio.calc_B(io.flows, io.output)))


def test_solves_are_the_inverses() -> None:
    io, right = made_up(2, 4, seed=4), np.arange(16.0).reshape(8, 2)
    for solve, inverse in (
        (io.factorised.leontief, io.leontief),
        (io.factorised.leontief_back, io.leontief.T),
        (io.factorised.ghosh, io.ghosh),
        (io.factorised.ghosh_back, io.ghosh.T),
    ):
        np.testing.assert_allclose(solve(right), inverse @ right)
        np.testing.assert_allclose(solve(right[:, 0]), inverse @ right[:, 0])
    np.testing.assert_allclose(io.requirements("C1", "i2")["requirement"], io.leontief[:, 6])


def test_multipliers_are_sums_over_the_inverse() -> None:
    income, jobs = np.linspace(1, 2, 8), np.linspace(30, 10, 8)
    io = made_up(2, 4, seed=5, income=income, employment=jobs)
    output = io.output_multipliers()
    np.testing.assert_allclose(output["output_multiplier"], io.leontief.sum(axis=0))
    home = np.kron(np.eye(2), np.ones((4, 4)))
    np.testing.assert_allclose(output["domestic_output_multiplier"], (io.leontief * home).sum(axis=0))
    for name, amounts, found in (
        ("income", income, io.income_multipliers()),
        ("employment", jobs, io.employment_multipliers()),
    ):
        effect = (amounts / io.output) @ io.leontief
        np.testing.assert_allclose(found[f"{name}_effect"], effect)
        np.testing.assert_allclose(found[f"{name}_multiplier"], effect / (amounts / io.output))
    with pytest.raises(UsageError, match="the table has no income"):
        made_up(2, 4, seed=5).income_multipliers()


def test_type_two_is_the_inverse_of_the_table_closed_for_households() -> None:
    """Each country's households are one more industry: paid by those at home, buying wherever they buy."""
    income, jobs = np.linspace(3, 6, 8), np.linspace(30, 10, 8)
    io = made_up(2, 4, seed=6, income=income, employment=jobs)
    closed = np.zeros((10, 10))
    closed[:8, :8] = io.coefficients
    for country in range(2):
        mine = slice(4 * country, 4 * country + 4)
        closed[8 + country, mine] = (income / io.output)[mine]
        buys = io.final[:, 3 * country]
        closed[:8, 8 + country] = buys / max(buys.sum(), income[mine].sum())
    inverse = np.linalg.inv(np.eye(10) - closed)[:8, :8]
    np.testing.assert_allclose(io.output_multipliers()["output_multiplier_type_2"], inverse.sum(axis=0))
    found = io.employment_multipliers()["employment_multiplier_type_2"]
    np.testing.assert_allclose(found, (jobs / io.output) @ inverse / (jobs / io.output))
    assert (io.income_multipliers().filter(like="income_multiplier").diff(axis=1).iloc[:, 1] > 0).all()


def test_linkages_have_mean_one_and_name_key_sectors() -> None:
    io = made_up(2, 4, seed=7)
    found = io.linkages()
    np.testing.assert_allclose(found["backward_linkage"], io.leontief.sum(axis=0))
    np.testing.assert_allclose(found["forward_linkage"], io.ghosh.sum(axis=1))
    rows = io.leontief.sum(axis=1)
    np.testing.assert_allclose(found["sensitivity_of_dispersion"], rows / rows.mean())
    assert found["power_of_dispersion"].mean() == pytest.approx(1)
    key = found[(found["power_of_dispersion"] > 1) & (found["sensitivity_of_dispersion"] > 1)]
    assert set(key["key_sector"]) == {"key"}
    assert sorted(key["industry"] + key["country"]) == sorted(
        io.key_sectors()["industry"] + io.key_sectors()["country"]
    )


def _without(io: InputOutput, gone: list[int]) -> np.ndarray:
    """The output that is left of the others when rows ``gone`` neither make nor buy."""
    left = [row for row in range(len(io.output)) if row not in gone]
    system = np.eye(len(left)) - io.coefficients[np.ix_(left, left)]
    found = np.zeros(len(io.output))
    found[left] = np.linalg.solve(system, io.final.sum(axis=1)[left])
    return found


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_extraction_is_the_table_computed_anew(seed: int) -> None:
    io = made_up(2, 3, seed)
    found = io.extraction()
    assert (found["extraction_total"] >= io.output - 1e-9).all()
    for gone in range(6):
        assert found["extraction_total"][gone] == pytest.approx((io.output - _without(io, [gone])).sum())
        no_inputs, no_sales = io.coefficients.copy(), io.flows / io.output[:, None]
        no_inputs[:, gone], no_sales[gone] = 0, 0
        final, primary = io.final.sum(axis=1), io.output - io.flows.sum(axis=0)
        backward = io.output - np.linalg.solve(np.eye(6) - no_inputs, final)
        forward = io.output - np.linalg.solve((np.eye(6) - no_sales).T, primary)
        assert found["extraction_backward"][gone] == pytest.approx(backward.sum())
        assert found["extraction_forward"][gone] == pytest.approx(forward.sum())
    group = [("C0", "i0"), ("C1", "i2")]
    loss = io.extraction_of(group)["output_loss"]
    np.testing.assert_allclose(loss, io.output - _without(io, [0, 5]))


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_a_shock_hits_suppliers_and_customers_as_the_mixed_models_say(seed: int) -> None:
    io = made_up(2, 3, seed)
    cluster, others = [1, 2], [0, 3, 4, 5]
    hit = io.shock([("C0", "i1"), ("C0", "i2")], fall=0.25)
    np.testing.assert_allclose(hit["lost_sales"][cluster], io.output[cluster] / 4)
    np.testing.assert_allclose(hit["lost_supplies"][cluster], io.output[cluster] / 4)
    a, b = io.coefficients, io.flows / io.output[:, None]
    fallen = io.output[cluster] / 4
    own = np.eye(4)
    sales = np.linalg.solve(own - a[np.ix_(others, others)], a[np.ix_(others, cluster)] @ fallen)
    supplies = np.linalg.solve((own - b[np.ix_(others, others)]).T, fallen @ b[np.ix_(cluster, others)])
    np.testing.assert_allclose(hit["lost_sales"][others], sales)
    np.testing.assert_allclose(hit["lost_supplies"][others], supplies)
    whole = io.shock([("C0", "i1"), ("C0", "i2")], fall=1.0)
    np.testing.assert_allclose(hit["lost_sales"] * 4, whole["lost_sales"])
    with pytest.raises(UsageError, match=r"fall=2.*from 0 to 1"):
        io.shock([("C0", "i1")], fall=2)


def test_propagation_lengths_count_steps() -> None:
    io = made_up(2, 3, seed=8)
    weighted, total, power = np.zeros((6, 6)), np.zeros((6, 6)), np.eye(6)
    for step in range(1, 300):
        power = power @ io.coefficients
        weighted, total = weighted + step * power, total + power
    np.testing.assert_allclose(io.average_propagation_lengths(), weighted / total)
    found = io.propagation_lengths("C1", "i0")
    np.testing.assert_allclose(found["length_from"], (weighted / total)[:, 3])
    np.testing.assert_allclose(found["length_to"], (weighted / total)[3])


def test_names_that_are_not_there_are_told_with_the_nearest() -> None:
    io = InputOutput(*TEXTBOOK, countries=["AT"], industries=["farms", "works"])
    with pytest.raises(UsageError, match="there is no country 'AU'"):
        io.suppliers("AU", "farms")
    with pytest.raises(UsageError, match="did you mean 'farms'"):
        io.requirements("AT", "farm")


def test_suppliers_and_customers_add_up_to_inputs_and_sales() -> None:
    io = made_up(2, 3, seed=9)
    suppliers, customers = io.suppliers("C0", "i1"), io.customers("C0", "i1")
    assert suppliers["value"].sum() == pytest.approx(io.flows[:, 1].sum())
    assert customers["value"].sum() == pytest.approx(io.flows[1].sum())
    assert suppliers["share"].sum() == pytest.approx(1)
    assert suppliers["value"].is_monotonic_decreasing


def test_what_does_not_add_up_is_told_with_its_place() -> None:
    good = made_up(2, 3, seed=10)
    assert len(good.balance()) == 0
    output, added = good.output.copy(), good.value_added.copy()
    output[4] += 7
    added[1] -= 3
    io = InputOutput(good.flows, good.final, output, good.countries, good.industries, value_added=added)
    told = [(r["country"], r["industry"], r["side"], round(r["gap"], 6)) for _, r in io.balance().iterrows()]
    assert told == [("C1", "i1", "sales", 7), ("C1", "i1", "inputs", 7), ("C0", "i1", "inputs", 3)]
    assert "3 sides of industries do not add up (C1 i1: sales out by 7)" in io.remarks[0]
    np.testing.assert_array_equal(io.output, output)  # told, not mended
    eats = InputOutput([[0, 90], [0, 0]], [10, 80], industries=["a", "b"])
    assert eats.balance()[["industry", "side", "gap"]].to_numpy().tolist() == [["b", "value added", -10.0]]


def test_a_long_table_is_the_same_table() -> None:
    io = made_up(2, 3, seed=11)
    again = InputOutput.from_flows(long(io))
    np.testing.assert_allclose(again.flows, io.flows)
    np.testing.assert_allclose(again.final, io.final)
    np.testing.assert_allclose(again.value_added, io.value_added)
    np.testing.assert_allclose(again.output, io.output)
    assert again.rows.countries.tolist() == io.rows.countries.tolist()
    assert isinstance(again.upstreamness(), pl.DataFrame)
    assert len(again.balance()) == 0
    with pytest.raises(InputError, match="a flow is there twice: industry C0 i0 industry C0 i0"):
        InputOutput.from_flows(pl.concat([long(io), long(io).head(1)]))


def test_a_country_taken_out_sells_the_rest_abroad() -> None:
    io = made_up(2, 3, seed=12)
    mine = io.national("C1")
    np.testing.assert_allclose(mine.flows, io.flows[3:, 3:])
    np.testing.assert_allclose(mine.final.sum(axis=1) + mine.flows.sum(axis=1), io.output[3:])
    assert mine.final_uses[-1] == "exports"
    assert len(mine.balance()) == 0


def test_regional_coefficients_by_hand() -> None:
    io = InputOutput([[10, 20, 30], [5, 10, 15], [20, 0, 10]], [40, 70, 70], industries=["a", "b", "c"])
    jobs = {("N", "a"): 10, ("N", "b"): 30, ("N", "c"): 0, ("S", "a"): 50, ("S", "b"): 30, ("S", "c"): 80}
    frame = pl.DataFrame(
        [(r, i, v) for (r, i), v in jobs.items()], ["region", "industry", "value"], orient="row"
    )
    slq = {"a": (10 / 60) / (40 / 200), "b": (30 / 60) / (40 / 200), "c": 0.0}
    deltas = {"a": 0.1, "b": 0.3, "c": 0.5}
    for delta in (0.3, deltas):
        found = io.regional_coefficients(frame, "N", delta=delta)
        for sells, buys, national, quotient, regional in found.rows():
            exponent = delta if isinstance(delta, float) else delta[buys]
            ratio = slq[sells] if sells == buys else (slq[sells] / slq[buys] if slq[buys] else 0)
            wanted = ratio * np.log2(1.2) ** exponent
            assert quotient == pytest.approx(wanted)
            assert regional == pytest.approx(national * min(1, wanted))
    shown = io.regional_sensitivity(frame, "N")
    means = shown.group_by("delta", maintain_order=True).agg(pl.col("mean_output_multiplier").first())
    assert means["mean_output_multiplier"].is_sorted(descending=True)
    inside = io.regional_multipliers(frame, "N")
    assert (inside["output_multiplier"] <= inside["national_output_multiplier"]).all()
    with pytest.raises(UsageError, match="from 0 to 1"):
        io.regional_coefficients(frame, "N", delta=3)
    with pytest.raises(UsageError, match="2 countries"):
        made_up(2, 3, seed=1).regional_coefficients(frame, "N")


def test_lengths_of_a_group_weight_its_members_by_their_output() -> None:
    """Ore goes into steel, steel into cars: from ore to both, half of the demand is one step away, a quarter two."""
    table = InputOutput(
        [[0, 50, 0], [0, 0, 50], [0, 0, 0]], [50, 50, 100], industries=["ore", "steel", "cars"]
    )
    both = table.propagation_lengths_of([("national", "steel"), ("national", "cars")])
    assert both["length_from"].iloc[0] == pytest.approx(
        (0.5 * 0.5 * 1 + 0.5 * 0.25 * 2) / (0.5 * 0.5 + 0.5 * 0.25)
    )
    makers = table.propagation_lengths_of([("national", "ore"), ("national", "steel")])
    assert makers["length_to"].iloc[2] == pytest.approx((0.25 * 2 + 0.5 * 1) / (0.25 + 0.5))


def test_lengths_of_a_group_of_one_are_those_of_that_one() -> None:
    table = made_up(2, 3, seed=4)
    for country, industry in (("C0", "i1"), ("C1", "i2")):
        one, group = (
            table.propagation_lengths(country, industry),
            table.propagation_lengths_of([(country, industry)]),
        )
        np.testing.assert_allclose(group["length_from"], one["length_from"])
        np.testing.assert_allclose(group["length_to"], one["length_to"])
    assert table.propagation_lengths_of([])["length_from"].isna().all()
    with pytest.raises(UsageError, match="no country"):
        table.propagation_lengths_of([("XX", "i1")])


def test_extraction_of_some_is_that_of_all_without_the_inverse() -> None:
    table = made_up(2, 3, seed=5)
    every = table.extraction().set_index(["country", "industry"])
    fresh = made_up(2, 3, seed=5)
    some = fresh.extraction([("C1", "i2"), ("C0", "i1")])
    assert some[["country", "industry"]].to_numpy().tolist() == [["C1", "i2"], ["C0", "i1"]]
    for row in some.to_dict("records"):
        for name, value in every.loc[(row["country"], row["industry"])].items():
            assert row[name] == pytest.approx(value)
    assert "leontief" not in vars(fresh)
    with pytest.raises(UsageError, match="no industry"):
        fresh.extraction([("C0", "i9")])
    with pytest.raises(UsageError, match="give pairs"):
        fresh.extraction("C0")
    with pytest.raises(UsageError, match="give pairs"):
        fresh.propagation_lengths_of(3)
