"""Where configuration lives: the shipped folders, and the user's own from one setting, ``ENCADENA_PATH``.

A user's folder is laid out like ``scenarios/``: scenario files at its top, ``programmes/``, ``worlds/``,
``data/<world>/``.
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import InputError

SETTING = "ENCADENA_PATH"
SCENARIO, PROGRAMME, WORLD = "", "programmes", "worlds"
WHAT = {SCENARIO: "scenario", PROGRAMME: "programme", WORLD: "world"}
LISTED_BY = {SCENARIO: "encadena scenarios", PROGRAMME: "encadena programmes"}
_SLUG = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = ("all", "config", "schema")
"""What no scenario can be called: a word of the command line, and names of the program's own configuration."""
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Roots:
    """``conf`` tells how to run; ``scenarios`` are folders that tell what the world is, the shipped one first."""

    conf: Path
    scenarios: tuple[Path, ...]
    _seen: dict[str, dict[str, Path]] = field(default_factory=dict, compare=False, repr=False)

    def files(self, group: str) -> dict[str, Path]:
        """Name → file of every scenario, programme or world description, sorted by name; each folder is looked at once.

        Files under a name that nothing can be called by are left out: :meth:`misnamed` tells of them.
        """
        if group not in self._seen:
            self._seen[group] = dict(sorted((path.stem, path) for root in self.scenarios for path in _yaml_in(root / group)
                                            if _can_be_called(path, group)))
        return self._seen[group]

    def misnamed(self, group: str) -> dict[Path, str]:
        """Files that are not read because of their names, and the sentence for each."""
        return {path: _rename(path, group) for root in self.scenarios[1:] for path in _yaml_in(root / group)
                if not _can_be_called(path, group)}

    def every(self, group: str) -> dict[str, Path]:
        """What :meth:`files` gives, for who asks for every file. Raises InputError when one is misnamed."""
        for told in self.misnamed(group).values():
            raise InputError(told)
        return self.files(group)

    def file(self, group: str, name: str, where: str = "") -> Path:
        """The file of one scenario, programme or world. Raises InputError for an unknown name."""
        known = self.files(group)
        if name not in known:
            raise InputError(f"{where}{self._unknown(group, name)}; {_nearest(name, known, LISTED_BY.get(group, ''))}")
        return known[name]

    def world_folder(self, name: str, where: str = "") -> Path:
        """The data folder of a world. Raises InputError for an unknown one."""
        known = self.worlds()
        if name not in known:
            raise InputError(f"{where}{name!r} is not a known world; {_nearest(name, known)}; "
                             f"a world of your own is a folder data/{slug(name)} inside a folder named in {SETTING}")
        return known[name]

    def worlds(self) -> dict[str, Path]:
        """Name → data folder of every world, sorted by name."""
        folders = (path for root in self.scenarios if (root / "data").is_dir() for path in (root / "data").iterdir())
        return dict(sorted((path.name, path) for path in folders if path.is_dir() and not path.name.startswith(".")))

    def label(self, path: Path) -> str:
        """A path as sentences name it: from ``scenarios/`` for what is shipped, in full for what is the user's."""
        shipped = self.scenarios[0]
        return f"scenarios/{path.relative_to(shipped)}" if path.is_relative_to(shipped) else str(path)

    def _unknown(self, group: str, name: str) -> str:
        for path, told in self.misnamed(group).items():
            if slug(path.stem) == slug(name):
                raise InputError(told)
        for root in self.scenarios:
            if (root / group / f"{name}.yml").is_file():
                return f"{root / group / name}.yml is not read; rename it to {name}.yaml"
        return f"{name!r} is not a known {WHAT[group]}"


def find_roots(environ: Mapping[str, str] = os.environ) -> Roots:
    """The shipped folders (inside the installed package, else the checkout) and the user's. Raises InputError."""
    shipped = _HERE / "_shipped" if (_HERE / "_shipped").is_dir() else _HERE.parent
    roots = [shipped / "scenarios"]
    for written in environ.get(SETTING, "").split(os.pathsep):
        if written.strip():
            roots.append(_user_folder(written.strip(), roots))
    return Roots(shipped / "conf", tuple(roots))


def path_of(written: str, where: str) -> Path:
    """The path that a user wrote, with ``~`` for a home folder. Raises InputError where nobody has that home."""
    try:
        return Path(written).expanduser()
    except RuntimeError:
        raise InputError(f"{where}: {Path(written).parts[0]} is nobody's home folder here; write the path in full") from None


def slug(text: str) -> str:
    """The ASCII name for a word: ``Tarapacá`` → ``tarapaca``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _user_folder(written: str, before: list[Path]) -> Path:
    folder = path_of(written, f"{SETTING}={written}").absolute()
    if not folder.is_dir():
        raise InputError(f"{SETTING}: there is no folder {folder}; create it or correct the setting "
                         f"(several folders are separated by {os.pathsep!r})")
    for group in (SCENARIO, PROGRAMME, WORLD):
        for path in _yaml_in(folder / group):
            _check_taken(path, group, before)
    _check_worlds(folder / "data", before)
    return folder


def _can_be_called(path: Path, group: str) -> bool:
    return _SLUG.fullmatch(path.stem) is not None and not (group == SCENARIO and path.stem in _RESERVED)


def _rename(path: Path, group: str) -> str:
    name = slug(path.stem)
    if group == SCENARIO and path.stem in _RESERVED:
        return f"{path}: the name {name!r} is taken by the program; rename the file, for example to my_{name}.yaml"
    return (f"{path}: names are written in lower-case ASCII letters, digits and _; rename the file to "
            f"{name if _SLUG.fullmatch(name) else f'my_{name}'.rstrip('_')}.yaml and put accents into its caption")


def _check_taken(path: Path, group: str, before: list[Path]) -> None:
    taken = [root for root in before if (root / group / path.name).is_file()]
    if taken:
        raise InputError(f"{path}: a {WHAT[group]} named {path.stem!r} exists already in {taken[0] / group}; "
                         "rename your file, it would not be read")


def _check_worlds(data: Path, before: list[Path]) -> None:
    for path in sorted(data.iterdir()) if data.is_dir() else ():
        if path.is_dir() and any((root / "data" / path.name).is_dir() for root in before):
            raise InputError(f"{path}: a world named {path.name!r} exists already; rename your folder, "
                             "it would not be read")


def _yaml_in(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*.yaml")) if not path.name.startswith("."))


def _nearest(name: str, known: Mapping[str, Path], listing: str = "") -> str:
    from sim.worldsheets import nearest  # late: shell completion reads names only

    return nearest(slug(name), known, listing)
