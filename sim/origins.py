"""Where a value was written: a word of the shell, or a file; of values that do not fit together, the one written last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.layers import Layers
from sim.overrides import Override
from sim.programmes import LIKE

PROGRAMMES = "programmes"
_NOWHERE = -1


@dataclass(frozen=True)
class Origins:
    """The files of one scenario in the order in which they merge, and the words of the shell, which come last."""

    plan: Layers
    overrides: Sequence[Override]

    def of(self, *path: str) -> str:
        """The word or the file that gives a value to a key, else the scenario's own file."""
        return self._found(path)[1]

    def of_programmes(self, listed: Mapping[str, Mapping[str, Any]], *values: tuple[str, str]) -> str:
        """Where the last written of some values (programme, key) stands; the first of them where none is later."""
        return max((self._in_programme(name, listed[name], key) for name, key in values), key=lambda found: found[0])[1]

    def _in_programme(self, name: str, own: Mapping[str, Any], key: str) -> tuple[int, str]:
        """When and where; what a programme takes over from the one that it is like counts as written first."""
        when, source = self._found((PROGRAMMES, name, key))
        if when >= len(self.plan.files):
            return when, source
        taken_over = own.get(LIKE) is not None and key not in own
        return _NOWHERE if taken_over else when, f"{source}: programmes.{name}" + (f" (like {own[LIKE]})" if taken_over else "")

    def _found(self, path: tuple[str, ...]) -> tuple[int, str]:
        files = self.plan.files
        for at, override in reversed(tuple(enumerate(self.overrides, len(files)))):
            if override.path == path[: len(override.path)] or path == override.path[: len(path)]:
                return at, override.text
        held = [at for at, layer in enumerate(files) if layer.holds(path)]
        if held:
            return held[-1], files[held[-1]].label
        begun = [layer.label for layer in files if len(path) > 1 and layer.holds(path[:2])]
        return _NOWHERE, (begun or [files[-1].label])[0]
