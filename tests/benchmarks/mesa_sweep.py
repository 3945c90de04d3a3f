"""A Mesa model whose one step only takes time, for ``mesa.batch_run``."""

import mesa

from tests.benchmarks.sweepers import OUTCOMES, left


class Spinning(mesa.Model):
    """Spins once and reports fifty numbers."""

    def __init__(self, number: float = 0.0, seconds: float = 0.0, rng: int | None = None) -> None:
        super().__init__(rng=rng)
        self.number, self.seconds = number, seconds
        self.numbers: dict[str, float] = {}
        reporters = {name: (lambda model, name=name: model.numbers[name]) for name in OUTCOMES}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)  # type: ignore[no-untyped-call]

    def step(self) -> None:
        """The one step."""
        self.numbers = left(self.number, self.seconds)
        self.running = False
        self.datacollector.collect(self)  # type: ignore[no-untyped-call]
