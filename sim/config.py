"""From scenario names and ``key=value`` words to frozen records. The only module that knows Hydra.

Files are checked first (:mod:`sim.layers`), then composed, then turned into a :class:`Spec` and :class:`RunSettings`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, make_dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.alike import alike, common_settings
from sim.calendar import LATEST_HORIZON, year_of
from sim.copperpath import is_file_name, read_copper_path
from sim.errors import InputError
from sim.layers import BASELINE, DEFAULT_WORLD, Layers, Reader, both_captions, check_parameter
from sim.origins import Origins
from sim.overrides import Override, as_composed, check_programmes_met, for_scenario, quoted, read_overrides, refuse_idle_in_trials
from sim.parameters import Parameters, declared
from sim.policies.record import ProgrammeSpec
from sim.programmechecks import check_acts, check_followed, check_together, check_vouchers
from sim.programmes import Places, build, read_values
from sim.roots import PROGRAMME, SCENARIO, WORLD, Roots, find_roots, path_of, slug
from sim.settings import AUTO, KEYS, RunSettings, check_setting, one_of, refuse_in_trials
from sim.spec import COPPER_PATHS, Spec
from sim.worlddata import WorldData, load_world
from sim.worldsheets import nearest

DEFAULT_SCENARIOS = (BASELINE, "subsidies", "local_purchasing", "associativity", "cluster_push")
EVERY = "all"
"""The word for every scenario."""
VERSION_BASE = "1.3"
ParameterValues = make_dataclass(
    "ParameterValues", [(name, float, field(default=item.default)) for name, item in declared().items()])


@dataclass
class Schema:
    """Types of every top-level key; values come from ``conf/config.yaml``, the world and the scenario."""

    scenario: str = MISSING
    caption: str = ""
    caption_es: str = ""
    world: str = MISSING
    scale: float = MISSING
    horizon: int = MISSING
    copper: str = MISSING
    start: str = MISSING
    replications: Any = MISSING
    outcome: str = MISSING
    half_width: float | None = MISSING
    samples: int = MISSING
    levels: int = MISSING
    seed: int = MISSING
    workers: int | None = MISSING
    executor: str = MISSING
    address: str | None = MISSING
    output: str | None = MISSING
    recording: list[str] = MISSING
    region: str | None = MISSING
    parameters: Any = field(default_factory=ParameterValues)
    programmes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """Scenarios to be run side by side, ``baseline`` first, and how to run them."""

    specs: tuple[Spec, ...]
    settings: RunSettings


def load(scenario: str = BASELINE, *overrides: str) -> Spec:
    """The world of one scenario, with values changed as in ``load("subsidies", "scale=0.1")``. Raises InputError."""
    return _compose_all([scenario], overrides).specs[0]


def load_comparison(scenarios: Sequence[str] = (), overrides: Sequence[str] = ()) -> Comparison:
    """The named scenarios (none: the five default ones) with baseline in front. Raises InputError.

    The word ``all`` stands for every scenario of the world, the default ones first. A change of ``programmes.X`` holds
    for the scenarios that list X and is refused when none does.
    """
    named = [name for word in scenarios or DEFAULT_SCENARIOS for name in (every_scenario(overrides) if word == EVERY else [word])]
    found = _compose_all(list(dict.fromkeys((BASELINE, *named))), overrides)
    return Comparison(alike(found.specs), found.settings)


def every_scenario(words: Sequence[str]) -> list[str]:
    """Every scenario that plays in the world asked for, or in the usual one."""
    reader = Reader(find_roots())
    world = _last(read_overrides(words, reader.roots.files(PROGRAMME)), "world") or DEFAULT_WORLD
    known = [*DEFAULT_SCENARIOS, *(name for name in reader.roots.every(SCENARIO) if name not in DEFAULT_SCENARIOS)]
    return [name for name in known if reader.layers(name).world in (world, DEFAULT_WORLD)]


def load_variants(variants: Sequence[tuple[str, tuple[str, ...]]], fixed: Sequence[str]) -> Comparison:
    """One world a variant: a scenario, and ``key=value`` words of its own beside the fixed ones. Raises InputError.

    Variants with the same words are composed together, so that a change of ``programmes.X`` holds for those scenarios
    among them that list X, and is refused when none does.
    """
    scenarios: dict[tuple[str, ...], list[str]] = {}
    for scenario, words in dict.fromkeys(variants):
        scenarios.setdefault(words, []).append(scenario)
    composed: dict[tuple[str, tuple[str, ...]], Spec] = {}
    for words, names in scenarios.items():
        found = _compose_all(names, [*fixed, *words])
        composed |= {(name, words): spec for name, spec in zip(names, found.specs, strict=True)}
    return Comparison(tuple(composed[variant] for variant in variants), found.settings)


def load_programme(name: str) -> tuple[Mapping[str, Any], Path]:
    """The values of one programme file, with what it takes over from another, and the file. Raises InputError."""
    roots = find_roots()
    path = roots.file(PROGRAMME, name)
    values = Reader(roots).programme(name)
    read_values(name, values, lambda *_: f"{roots.label(path)}: programmes.{name}")
    return values, path


Followed = tuple[ProgrammeSpec, tuple[ProgrammeSpec, ...]]
"""A programme, and those it follows that are not on record."""


def load_trials(names: Sequence[str], overrides: Sequence[str] = ()) -> tuple[Spec, list[Followed], RunSettings]:
    """The recorded world, the programmes to be tried in it (none named: every file, in a world of one's own its record) and how.

    Raises InputError.
    """
    comparison = _compose_all([BASELINE], overrides)
    refuse_idle_in_trials(overrides)
    refuse_in_trials(comparison.settings)
    spec = comparison.specs[0]
    recorded = {programme.name: programme for programme in spec.programmes}
    usual = recorded if names or spec.world.name != DEFAULT_WORLD else find_roots().every(PROGRAMME)
    chosen = [recorded.get(name) or programme_in(name, spec.world) for name in dict.fromkeys(names or usual)]
    return spec, [(programme, tuple(_followed(programme, recorded, spec.world))) for programme in chosen], comparison.settings


def _followed(programme: ProgrammeSpec, recorded: Mapping[str, ProgrammeSpec], world: WorldData) -> Iterator[ProgrammeSpec]:
    """The programmes that must be finished first, as far as the record lacks them."""
    seen = {programme.name}
    before = programme.follows
    while before and before not in seen and before not in recorded:
        seen.add(before)
        yield (earlier := programme_in(before, world))
        before = earlier.follows


def programme_in(name: str, world: WorldData) -> ProgrammeSpec:
    """The record of one programme file as it would run in a world. Raises InputError where it does not fit that world."""
    roots = find_roots()
    label = roots.label(roots.file(PROGRAMME, name))
    written = Reader(roots).programme(name)
    one = build(name, written, _places(world), lambda *_: f"{label}: programmes.{name}")
    check_acts(one, written, lambda *_: f"{label}: programmes.{name}")
    return one


def _compose_all(scenarios: Sequence[str], words: Sequence[str]) -> Comparison:
    roots = find_roots()
    reader = Reader(roots)
    _check_words(scenarios, words)
    overrides = read_overrides(words, roots.files(PROGRAMME))
    plans = _one_world({name: reader.layers(name, _last(overrides, "world")) for name in scenarios}, reader)
    check_programmes_met(overrides, {name: plan.programmes for name, plan in plans.items()})
    world = _world(roots.world_folder(next(iter(plans.values())).world))
    register(roots)
    specs, settings = [], []
    with initialize_config_dir(str(roots.conf), job_name="encadena", version_base=VERSION_BASE):
        for plan in plans.values():
            mine = for_scenario(overrides, plan.programmes)
            values = _compose(plan, mine, roots)
            specs.append(spec := _spec(values, Origins(plan, mine), reader, world))
            settings.append((spec.scenario, run_settings(values, world)))
    return Comparison(tuple(specs), common_settings([own for own in settings if own[0] != BASELINE] or settings))


def _check_words(scenarios: Sequence[str], words: Sequence[str]) -> None:
    for word in (*scenarios, *words):
        if not isinstance(word, str):
            raise InputError(f"{word!r} is no text; write the name of a scenario, and changes as in 'scale=0.1'")
    for name in scenarios:
        if name.split(".")[0] in (*KEYS, "parameters", "programmes"):
            raise InputError(f"{name!r} is a key and needs a value; write {name}=VALUE, without blanks around the "
                             "equals sign")


def _last(overrides: Sequence[Override], key: str) -> str | None:
    written = [str(override.value) for override in overrides if override.key == key]
    return written[-1] if written else None


def _world(folder: Path) -> WorldData:
    world = load_world(folder)
    if world.name != folder.name:
        raise InputError(f"{folder / 'world.yaml'}, key name: {world.name!r} stands in a folder named {folder.name!r}; "
                         "write the folder's name")
    return world


def _one_world(plans: dict[str, Layers], reader: Reader) -> dict[str, Layers]:
    """The plans, with baseline moved to the world of the others. Raises InputError when these differ."""
    worlds = {plan.world: name for name, plan in plans.items() if name != BASELINE}
    if len(worlds) > 1:
        told = ", ".join(f"{name} plays in {world}" for world, name in worlds.items())
        raise InputError(f"scenarios of different worlds cannot be compared ({told}); run them one by one")
    if worlds and BASELINE in plans:
        plans[BASELINE] = reader.layers(BASELINE, next(iter(worlds)))
    return plans


def _compose(plan: Layers, overrides: Sequence[Override], roots: Roots) -> dict[str, Any]:
    search = ",".join(quoted(f"file://{root}") for root in roots.scenarios)
    words = [f"hydra.searchpath=[{search}]", f"world={plan.world}", f"scenario={plan.scenario}"]
    words += [override.composed() for override in overrides if override.key != "world"]
    try:
        return plain(compose("config", overrides=words))
    except (HydraException, OmegaConfBaseException) as error:
        raise InputError(f"{plan.scenario}: {_sentence(error, overrides)}") from error


def _sentence(error: Exception, overrides: Sequence[Override]) -> str:
    for override in overrides:
        if not _readable(override):
            return (f"{override.text!r} cannot be read; close every bracket and quote, "
                    "and quote texts that hold blanks or commas")
    return f"the configuration does not fit together ({' '.join(str(error).split())})"


def _readable(override: Override) -> bool:
    try:
        OverridesParser.create().parse_override(override.composed())
    except HydraException:
        return False
    return True


def plain(config: DictConfig) -> dict[str, Any]:
    """A composed configuration as plain mappings, lists and values."""
    container = OmegaConf.to_container(config, resolve=False)
    assert isinstance(container, dict)
    return {str(key): value for key, value in container.items()}


# ---- what Hydra is told ----------------------------------------------------------------------------------------------
def register(roots: Roots) -> None:
    """Tell Hydra the schema, and one option ``scenario=NAME`` or ``world=NAME`` for each that exists."""
    _schema()
    for name in roots.files(SCENARIO):
        _option("scenario", name, f"/{name}")
    described = roots.files(WORLD)
    for name in roots.worlds():
        _option("world", name, *([f"/{WORLD}/{name}"] if name in described else []))


@cache
def _schema() -> None:
    ConfigStore.instance().store(group="encadena", name="schema", package="_global_", node=Schema)


_OPTIONS: dict[tuple[str, str], tuple[str, ...]] = {}
"""What Hydra has been told: group and name → files. To tell it again takes longer than to read a scenario."""


def _option(group: str, name: str, *files: str) -> None:
    if _OPTIONS.get((group, name)) == files:
        return
    _OPTIONS[group, name] = files
    ConfigStore.instance().store(group=group, name=name, package="_global_", node={"defaults": [*files, "_self_"], group: name})


class _SearchPath(SearchPathPlugin):
    """Lets a Hydra application find the shipped and the user's scenario folders."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        for root in find_roots().scenarios:
            search_path.append("encadena", f"file://{root}")


def register_search_path() -> None:
    """For a process that is a Hydra application: every configuration it composes sees our folders."""
    Plugins.instance().register(_SearchPath)


# ---- from composed values to records ---------------------------------------------------------------------------------
def spec_of(values: dict[str, Any], words: Sequence[str]) -> Spec:
    """The spec of a configuration that is composed already, with these words (``python -m sim``). Raises InputError."""
    reader = Reader(find_roots())
    plan = reader.layers(values["scenario"], values["world"])
    origins = Origins(plan, as_composed(words))
    for key in KEYS:
        check_setting(key, values[key], origins.of(key))
    for name, value in values["parameters"].items():
        check_parameter(name, value, origins.of("parameters", name))
    return _spec(values, origins, reader, _world(reader.roots.world_folder(plan.world)))


def _spec(values: dict[str, Any], origins: Origins, reader: Reader, world: WorldData) -> Spec:
    copper_path, parameters = None, Parameters(**values["parameters"])
    horizon = _horizon(values["horizon"], world, origins.of("horizon"))
    if values["copper"] not in COPPER_PATHS:
        copper_path = read_copper_path(_copper_file(values["copper"], origins), world.outlook_from, horizon)
    return Spec(
        scenario=values["scenario"], **both_captions(values), world=world,
        parameters=parameters,
        programmes=_programmes(values["programmes"], origins, reader, world, parameters),
        scale=float(values["scale"]), horizon=horizon, copper=values["copper"], copper_path=copper_path,
        start=values["start"], changed=_changed(origins.overrides),
    )


def _horizon(horizon: int, world: WorldData, where: str) -> int:
    first = year_of(world.history_from)
    if not first <= horizon <= LATEST_HORIZON:
        raise InputError(f"{where}: horizon is {horizon}; write a year from {first}, when history begins, "
                         f"to {LATEST_HORIZON}")
    return horizon


def _copper_file(written: str, origins: Origins) -> Path:
    where = origins.of("copper")
    if not is_file_name(written):
        raise InputError(f"{where}: copper is {written!r}; write {one_of(COPPER_PATHS)}, or the name of a CSV file "
                         "(columns quarter, us_cents_per_lb)")
    path = path_of(written, where)
    if any(override.key == "copper" for override in origins.overrides):
        return path
    beside = [layer.path.parent / path for layer in reversed(origins.plan.files) if layer.holds(("copper",))]
    return next((found for found in beside if found.is_file()), path)


def _programmes(
    mapping: Mapping[str, Any], origins: Origins, reader: Reader, world: WorldData, parameters: Parameters,
) -> tuple[ProgrammeSpec, ...]:
    places = _places(world)
    listed = {name: values for name, values in sorted(mapping.items()) if values is not None}
    built = tuple(_programme(name, values, origins, reader, places) for name, values in listed.items())
    where = partial(origins.of_programmes, listed)
    check_together(built, world, where)
    check_vouchers(built, parameters, where)
    for one in built:
        check_acts(one, reader.resolved(listed[one.name]), lambda *keys, name=one.name: where(*((name, key) for key in keys)))
    if len(listed) == len(mapping):  # where programmes were taken out, a first stage may stay behind
        check_followed(built, where)
    return built


def _places(world: WorldData) -> Places:
    return Places(world.regions[: world.abroad], world.subsectors, world.agency_names,
                  tuple(dict.fromkeys((*world.op_names, *world.op_company))))


def _programme(name: str, values: Any, origins: Origins, reader: Reader, places: Places) -> ProgrammeSpec:
    if not isinstance(values, Mapping):
        raise InputError(f"{origins.of('programmes', name)}: programmes.{name} is {values!r}; write "
                         f"programmes.{name}.KEY=value, or null to take the programme out")
    return build(name, _captioned(name, values, reader.resolved(values)), places,
                 lambda *keys: origins.of_programmes({name: values}, *((name, key) for key in keys)))


def _captioned(name: str, values: Mapping[str, Any], resolved: dict[str, Any]) -> dict[str, Any]:
    """Another instance of a programme, without a caption of its own, says from when it runs."""
    if values.get("like", name) != name:
        since = {"caption": "from", "caption_es": "desde"}
        for key, word in since.items():
            if key not in values:
                resolved[key] = f"{resolved.get(key, '')}, {word} {resolved.get('from')}"
    return resolved | both_captions(resolved)


def run_settings(values: Mapping[str, Any], world: WorldData) -> RunSettings:
    """The run settings in a composed configuration. Raises InputError."""
    own = {f.name: values[f.name] for f in fields(RunSettings)}
    region = own["region"]
    known = world.regions[: world.abroad]
    if region is not None and region not in known:
        raise InputError(f"region={region}: unknown region {region!r} of the world {world.name}; "
                         f"{nearest(slug(region), known)}")
    replications = None if own["replications"] == AUTO else own["replications"]
    return RunSettings(**{**own, "recording": tuple(own["recording"]), "replications": replications})


def _changed(overrides: Sequence[Override]) -> dict[str, str]:
    how_to_run = {f.name for f in fields(RunSettings)}
    return {override.key: override.written for override in overrides if override.key not in how_to_run}
