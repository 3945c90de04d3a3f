"""Suppliers and associations as Mesa agents, made when somebody first looks and kept in step with the tables from then on.

A batch of worlds at which nobody looks pays nothing for them.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.association import Association
from sim.agents.supplier import Supplier

if TYPE_CHECKING:
    from sim.model import Cluster


class Mirror:
    """The agents of table rows and groups. ``watched`` is true once somebody has looked."""

    def __init__(self, model: "Cluster") -> None:
        self._model = model
        self._suppliers: dict[int, Supplier] = {}
        self._associations: dict[int, Association] = {}
        self._uid = np.zeros(0, np.uint64)
        self.watched = False

    def look(self) -> None:
        """Make the agents, if this is the first look."""
        if not self.watched:
            self.watched = True
            self.refresh()

    def refresh(self) -> None:
        """Remove the agents of those that are gone, create those of the new."""
        self._refresh_suppliers()
        self._refresh_associations()

    def _refresh_suppliers(self) -> None:
        firms = self._model.world.firms
        shown, held = np.where(firms.alive, firms.uid, np.uint64(0)), np.zeros(firms.n, np.uint64)
        held[: self._uid.size] = self._uid
        changed = np.flatnonzero(shown != held)
        for row in changed[held[changed] != 0].tolist():
            self._suppliers.pop(row).remove()
        for row in changed[shown[changed] != 0].tolist():
            self._suppliers[row] = Supplier(self._model, row)
        self._uid = shown

    def _refresh_associations(self) -> None:
        living = {group.number: group for group in self._model.world.groups}
        for number in self._associations.keys() - living.keys():
            self._associations.pop(number).remove()
        for number in sorted(living.keys() - self._associations.keys()):
            self._associations[number] = Association(self._model, living[number])
