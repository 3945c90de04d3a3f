"""Groups: PROFO, PDP and trade associations bring firms together for a term; what they learn to trust may last."""

import numpy as np

from sim.policies.support import Support
from sim.world import Group, Rows


class Grouping(Support):
    """Selected firms of one region form groups of at least the minimum; a smaller remainder waits for the next call."""

    def begin(self, chosen: Rows) -> Rows:
        firms = self.world.firms
        free = chosen[firms.group[chosen] < 0]
        grouped = [self._form(free[firms.region[free] == region], int(region)) for region in np.unique(firms.region[free])]
        return super().begin(np.concatenate([*grouped, np.zeros(0, np.intp)]))

    def _form(self, candidates: Rows, region: int) -> Rows:
        """Groups of the minimum size among firms that share a client, in order of that client; returns their members."""
        firms, size = self.world.firms, max(self.spec.group_minimum, 2)
        order = np.lexsort((firms.uid[candidates], firms.trust[candidates].argmax(axis=1)))
        grouped = candidates[order][: candidates.size // size * size]
        for members in np.split(grouped, grouped.size // size) if grouped.size else []:
            self._found(members, region)
        return grouped

    def _found(self, members: Rows, region: int) -> None:
        world = self.world
        world.groups_founded += 1
        number = world.groups_founded
        group = Group(number, self.spec.name, region, members, world.firms.uid[members].copy(),
                      world.quarter + self.spec.duration - 1, world.quarter)
        world.firms.group[members] = number
        world.groups.append(group)
