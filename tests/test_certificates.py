"""What a certificate costs and is worth, who buys one, and who applies for a voucher."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.columns import LARGE, MEDIUM, SMALL
from sim.rules.certificates import certificate_worth, entry_worth, interest_in_certificate
from sim.rules.optioncosts import audit_size
from sim.world import World
from tests.worlds import resumed, small


@pytest.fixture(scope="module")
def world() -> World:
    """A world after ten years."""
    return resumed(small("baseline", "scale=0.3"), "2003Q1").world


def test_the_cost_grows_with_the_staff_as_the_declared_power(world: World) -> None:
    before = world.firms.workers.copy()
    world.firms.workers[:] = np.resize([0.2, 1.0, 16.0, 10_000.0], before.size)
    factor = audit_size(world)
    world.firms.workers[:] = before
    np.testing.assert_allclose(factor[:4], [1.0, 1.0, 16.0**world.p.certificate_staff, 10_000.0**world.p.certificate_staff])
    p = world.p
    assert p.entry_cost < p.certificate_cost
    assert p.entry_renewal < p.certificate_renewal < p.certificate_cost


def test_it_is_worth_what_the_award_rule_makes_of_it(world: World) -> None:
    worth, p = certificate_worth(world), world.p
    try:
        world.p = replace(p, certificate_weight=2 * p.certificate_weight)
        np.testing.assert_allclose(certificate_worth(world), 2 * worth)
        world.p = replace(p, price_weight=2 * p.price_weight)
        np.testing.assert_allclose(certificate_worth(world), worth / 2)
    finally:
        world.p = p
    assert (entry_worth(world) <= worth).all()


def test_small_and_medium_firms_hold_certificates_too(world: World) -> None:
    firms, held = world.firms, world.certified()
    share = {code: held[world.domestic() & (firms.size_class == code)].mean() for code in (SMALL, MEDIUM, LARGE)}
    assert 0.04 < share[SMALL] < 0.2 < share[MEDIUM] < 0.5 < share[LARGE] < 0.9, share


def test_whoever_has_no_use_for_a_voucher_does_not_apply(world: World) -> None:
    firms, half = world.firms, interest_in_certificate(world, "certification_cost_share", 0.5)
    assert (interest_in_certificate(world, "certification_cost_share", 0.8) >= half).all()
    assert half[world.domestic() & (firms.mining_year < 1.0)].max() < 0.01
    assert half[world.domestic() & (firms.size_class == LARGE)].mean() > 0.4


def test_most_who_are_selected_for_fc_buy_a_certificate() -> None:
    model = resumed(small("baseline", "scale=0.3"), "2003Q1")
    world, begun, bought = model.world, set[int](), set[int]()
    programme = next(p for p in world.programmes if p.spec.name == "fc_certification")
    while world.quarter < 2008 * 4:
        until = world.quarter + int(world.p.certificate_quarters)
        model.step()
        begun |= set(programme.uids.tolist())
        bought |= set(world.firms.uid[world.firms.certified_until == until].tolist())
    assert len(begun) > 20
    assert len(begun & bought) > 0.4 * len(begun)
