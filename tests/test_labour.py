"""Who is skilled at the start: the jobs of suppliers count as those of operations do."""

import numpy as np

from sim.model import Cluster
from tests.worlds import small


def test_the_first_year_is_no_scarcer_than_the_market_that_was_there_before_it() -> None:
    model = Cluster(small("baseline", "scale=0.2"), 1)
    place, focal, seen = model.world.place, model.world.data.focal, []
    for _ in range(4):
        model.step()
        seen.append(place.tightness[focal])
    np.testing.assert_allclose(seen, model.world.p.normal_tightness, atol=0.1)
    assert place.skilled[focal] > 1.5 * place.jobs[focal, 3] * (1.0 - place.commuting[focal, 3]), "only operations' jobs were counted"


def test_nobody_is_counted_as_skilled_before_suppliers_delivered() -> None:
    model = Cluster(small(), 1)
    model.step()
    assert not model.world.place.skilled.any()
    model.step()
    assert (model.world.place.skilled[model.world.data.mining_region] > 0).all()
