import numpy as np
import pytest

from dcbench_planner.assumptions import load_assumptions
from dcbench_planner.money.cost import IT_LINES, Purchase, cost_of_owning
from dcbench_planner.money.finance import annual_capital_usd

BASE = {
    # One 8x H100 server and its share, the worked case of the facility study (hand calculation).
    "node_usd": 350e3,
    "network_share": 0.18,
    "storage_share": 0.03,
    "critical_kw": 10.2,
    "it_avg_kw": 7.3,
    "pue": 1.2,
    "finance.cost_of_capital": 0.10,
    "finance.it_life_years": 5.0,
    "finance.facility_life_years": 15.0,
    "finance.node_residual_share": 0.10,
    "finance.utilisation": 0.85,
    "price.facility_usd_per_kw": 11_700.0,
    "price.electricity_usd_per_kwh": 0.07,
    "opex.it_maintenance_share": 0.03,
    "opex.facility_maintenance_share": 0.03,
    "opex.insurance_share": 0.004,
    "opex.staff_usd_per_kw_year": 120.0,
}


def _owning(**changes):
    inputs = BASE | {key.replace("__", "."): value for key, value in changes.items()}
    values = {key: value for key, value in inputs.items() if "." in key}
    book = load_assumptions().with_user_values(values, "test")
    node = inputs["node_usd"]
    purchase = Purchase(
        it_usd={
            "accelerator_nodes": node,
            "spare_nodes": 0.0,
            "network": node * inputs["network_share"],
            "storage": node * inputs["storage_share"],
        },
        accelerators=8,
        it_avg_kw=inputs["it_avg_kw"],
        critical_kw=inputs["critical_kw"],
        dpue_annual=inputs["pue"],
        wue_site_l_per_kwh=0.0,
        own_plant=inputs.get("own_plant", True),
        liquid_cooled=False,
    )
    return cost_of_owning(purchase, book)


def test_worked_base_case():
    assert _owning().usd_per_gpu_hour == pytest.approx(2.46, abs=0.005)


@pytest.mark.parametrize(
    ("change", "low", "high"),
    [  # the tornado printed with the base case; (cheap input, dear input)
        (("finance__utilisation", 0.95, 0.50), 2.20, 4.19),
        (("finance__it_life_years", 7.0, 3.0), 2.08, 3.37),
        (("node_usd", 250e3, 400e3), 1.89, 2.75),
        (("finance__cost_of_capital", 0.06, 0.15), 2.21, 2.80),
        (("network_share", 0.10, 0.25), 2.32, 2.59),
        (("finance__node_residual_share", 0.25, 0.0), 2.32, 2.56),
        (("price__facility_usd_per_kw", 9300.0, 17_500.0), 2.40, 2.63),
        (("price__electricity_usd_per_kwh", 0.04, 0.18), 2.43, 2.61),
        (("pue", 1.07, 1.50), 2.45, 2.49),
    ],
)
def test_tornado_of_the_base_case(change, low, high):
    key, cheap, dear = change

    # The study rounds to cents, and its network row moves by one cent more than the formula.
    assert _owning(**{key: cheap}).usd_per_gpu_hour == pytest.approx(low, abs=0.011)
    assert _owning(**{key: dear}).usd_per_gpu_hour == pytest.approx(high, abs=0.011)


def test_shares_of_the_base_case():
    # IT 72 %, facility 11 %, energy 4 %, O&M 13 %, printed with the base case.
    owning = _owning()
    facility = annual_capital_usd(owning.capex_usd["facility"], 0.10, 15.0)
    energy = owning.opex_usd_per_year["energy"]
    upkeep = sum(owning.opex_usd_per_year.values()) - energy
    it = owning.annual_usd - facility - energy - upkeep

    shares = [part / owning.annual_usd for part in (it, facility, energy, upkeep)]

    assert shares == pytest.approx([0.72, 0.11, 0.04, 0.13], abs=0.005)


@pytest.mark.parametrize(("life", "billions"), [(3.0, 12.0), (5.0, 8.5), (7.0, 7.0)])
def test_one_gigawatt_anchor(life, billions):
    # Epoch AI, May 2026: 38 B$ CapEx for 1 GW, 8.5 B$ a year at 5 years of IT life, 12 at 3 and 7
    # at 7; servers 60 % of the yearly cost, energy 7 %, network 13 % and storage 1.4 % of CapEx,
    # facility life 14 years. A cost of capital of 8 % is inferred: it is the one free input.
    servers = 0.60 * 8.5e9 / annual_capital_usd(1.0, 0.08, 5.0)
    network, storage = 0.13 * 38e9, 0.014 * 38e9
    facility = 38e9 - servers - network - storage
    book = load_assumptions().with_user_values(
        {
            "finance.cost_of_capital": 0.08,
            "finance.it_life_years": life,
            "finance.facility_life_years": 14.0,
            "finance.node_residual_share": 0.0,
            "price.facility_usd_per_kw": facility / 1e6,
            "price.electricity_usd_per_kwh": 0.07 * 8.5e9 / (1e6 * 8760),
            "opex.it_maintenance_share": 0.0,
            "opex.facility_maintenance_share": 0.0,
            "opex.insurance_share": 0.0,
            "opex.staff_usd_per_kw_year": 0.0,
        },
        "test",
    )
    owning = cost_of_owning(
        Purchase(
            it_usd={
                "accelerator_nodes": servers, "spare_nodes": 0.0, "network": network,
                "storage": storage,
            },
            accelerators=545_455, it_avg_kw=1e6, critical_kw=1e6, dpue_annual=1.0,
            wue_site_l_per_kwh=0.0, own_plant=True, liquid_cooled=False,
        ),
        book,
    )  # fmt: skip

    assert sum(owning.capex_usd.values()) == pytest.approx(38e9, rel=1e-9)
    assert owning.annual_usd == pytest.approx(billions * 1e9, rel=0.03)
    assert 9_300 <= facility / 1e6 <= 15_000  # within the published build cost per kW


def test_lines_add_up():
    owning = _owning()
    capital = sum(
        annual_capital_usd(
            usd,
            0.10,
            5.0 if line in IT_LINES else 15.0,
            0.10 if line in ("accelerator_nodes", "spare_nodes") else 0.0,
        )
        for line, usd in owning.capex_usd.items()
    )

    assert owning.annual_usd == pytest.approx(
        capital + sum(owning.opex_usd_per_year.values()), rel=1e-12
    )


def test_colocation_pays_rent_instead_of_a_plant():
    owning = _owning(own_plant=False)

    assert "facility" not in owning.capex_usd
    assert "facility_maintenance" not in owning.opex_usd_per_year
    # CBRE 2024 asking rate 184.06 USD/kW-month: 10.2 x 12 x 184.06
    assert owning.opex_usd_per_year["colocation"] == pytest.approx(22_528.9, abs=0.1)


def test_draws_give_the_scalar_answer_element_by_element():
    prices = np.array([250e3, 350e3, 400e3])

    together = _owning(node_usd=prices).usd_per_gpu_hour

    assert together == pytest.approx([_owning(node_usd=p).usd_per_gpu_hour for p in prices])
