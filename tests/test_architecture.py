"""The shape of the code: who may import whom, how long things may be, what is said of them, and what may not stand in them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.indicators import INDICATORS

ROOT = Path(__file__).parents[1]
LONGEST_FUNCTION, LONGEST_FILE = 60, 400
OUTSIDE = re.compile("|".join([r"(?<![\w.])/" + "work/", r"\.\./" + "shared", "/tmp/" + "dev"]))
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")

# ---- who may import whom ---------------------------------------------------------------------------------------------
GROUND = ("sim.errors", "sim.calendar", "sim.declare", "sim.evidence", "sim.wording", "sim.separators", "sim.language")
STATE = ("sim.table", "sim.draws", "sim.ledger", "sim.levers", "sim.contracts")
SHEETS = ("sim.worlddata", "sim.worldparts", "sim.worldschema", "sim.worldsheets", "sim.roots", "sim.yamlfiles", "sim.copperpath")
WRITTEN = ("sim.config", "sim.alike", "sim.layers", "sim.numerals", "sim.origins", "sim.overrides", "sim.programmes", "sim.programmechecks",
           "sim.schedules", "sim.settings", "sim.spec", "sim.completion", "sim.listing", "sim.catalogue", "sim.factors")
SEEN = ("sim.indicators", "sim.measures", "sim.panels", "sim.recording", "sim.outputs")
COURSE = ("sim.model", "sim.start", "sim.twins", "sim.treated", "sim.branching", "sim.prices")
INSIDE = ("sim.calendar", "sim.world", "sim.agents.columns", "sim.kernels", "sim.parameters", "sim.worlddata", *STATE)

MAY: dict[str, tuple[str, ...]] = {
    "sim.errors": (), "sim.evidence": (), "sim.wording": (), "sim.separators": (), "sim.language": GROUND, "sim.calendar": GROUND,
    "sim.declare": GROUND,
    "sim.table": (), "sim.draws": (), "sim.levers": (), "sim.ledger": ("sim.table",), "sim.contracts": ("sim.table",),
    "sim.parameters": (*GROUND, "sim.parameters"),
    "sim.kernels": ("sim.kernels", "sim.calendar", "sim.contracts", "sim.draws"),
    "sim.agents.columns": ("sim.table",), "sim.agents": ("sim.agents", "sim.table", "sim.draws", "sim.policies.record"),
    "sim.world": ("sim.agents.columns", "sim.policies.kinds", "sim.spec", "sim.worlddata", "sim.parameters", *STATE),
    "sim.policies.record": ("sim.levers", "sim.worldschema"), "sim.policies.kinds": ("sim.levers", "sim.policies.record"),
    "sim.policies": ("sim.policies", "sim.levers", "sim.ledger", "sim.parameters", "sim.world", "sim.draws", "sim.table",
                 "sim.rules.rosters", "sim.rules.certificates", "sim.rules.optioncosts"),
    "sim.rules": ("sim.rules", *INSIDE), "sim.stages": ("sim.rules", *INSIDE),
    **dict.fromkeys(SEEN, (*SEEN, *INSIDE, "sim.policies.programme", "sim.rules.frontier")),
    **dict.fromkeys(COURSE, (*COURSE, *SEEN, *INSIDE, *GROUND, "sim.rules", "sim.stages", "sim.policies", "sim.agents", "sim.spec")),
    **dict.fromkeys(SHEETS, (*SHEETS, *GROUND)),
    **dict.fromkeys(WRITTEN, (*WRITTEN, *SHEETS, *GROUND, "sim.parameters", "sim.policies.record", "sim.levers")),
    "sim.cli": (*WRITTEN, *SHEETS, *GROUND, "sim.experiment"), "sim.__main__": (*WRITTEN, *SHEETS, *GROUND, "sim.cli", "sim.experiment"),
    "sim.experiment": ("sim.experiment", "sim.model", "sim.treated", "sim.branching", "sim.config", "sim.factors", "sim.layers",
                       "sim.settings", "sim.spec", "sim.yamlfiles", "sim.numerals", "sim.worldsheets", "sim.outputs", "sim.indicators",
                       "sim.parameters", "sim.worlddata", "sim.roots", "sim.policies.record", "sim.policies.registry", *GROUND),
    "sim": (),
    "analysis": ("analysis", "sim.experiment", "sim.indicators", "sim.outputs", "sim.parameters", "sim.levers", "sim.settings",
                 "sim.roots", "sim.policies.record", *GROUND),
}
LATE = {"sim.experiment.main_job": ("analysis",), "sim.cli": ("analysis",)}
"""May be imported inside a function, when a command needs it."""
LIBRARIES: dict[str, tuple[str, ...]] = {
    "hydra": ("sim.config", "sim.__main__"), "omegaconf": ("sim.config", "sim.__main__"), "mesa": ("sim.agents", "sim.model"),
    "pandas": ("sim.experiment", "analysis"), "matplotlib": ("analysis",), "pyarrow": ("sim.experiment", "analysis"),
    "tqdm": ("sim.experiment",), "numba": ("sim.contracts", "sim.draws", "sim.kernels", "sim.rules.register", "sim.rules.slots",
              "sim.stages.ties", "sim.policies.eligibility", "sim.table"),
    "yaml": ("sim.yamlfiles", "sim.overrides", "sim.worldsheets", "sim.experiment", "analysis"),
}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py") if "_shipped" not in path.parts)


PACKAGES = sources("sim", "analysis")
ALL = [*PACKAGES, *sources("tests")]


def named(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def group(module: str, known: tuple[str, ...]) -> str | None:
    """The longest of the names that is the module or a package above it."""
    above = [name for name in known if module == name or module.startswith(name + ".")]
    return max(above, key=len, default=None)


def imported(path: Path, late: bool) -> Iterator[str]:
    """Modules imported when a module is loaded, or (``late``) only inside functions; those for type checking are left out."""
    tree = tree_of(path)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(child) for function in functions for child in ast.walk(function)}
    typing = {id(child) for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
              for child in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) not in typing and (id(node) in inside) == late:
            yield from _modules(node)


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module in ("sim", "sim.stages", "sim.policies"):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [str(node.module)] if isinstance(node, ast.ImportFrom) else []


@pytest.mark.parametrize("path", PACKAGES, ids=named)
def test_imports_run_in_one_direction(path: Path) -> None:
    module = named(path)
    mine = group(module, tuple(MAY))
    assert mine is not None
    assert mine != "sim" or module == "sim", f"{module} has no place in the order of imports: say in MAY what it may import"
    for late in (False, True):
        allowed = MAY[mine] + (LATE.get(module, ()) if late else ())
        own = [name for name in imported(path, late) if name.split(".")[0] in ("sim", "analysis")]
        wrong = [name for name in own if group(name, allowed) is None and name != "sim.__version__"]
        assert not wrong, f"{module} may not import {wrong}"


@pytest.mark.parametrize("path", PACKAGES, ids=named)
def test_libraries_stay_where_they_belong(path: Path) -> None:
    module = named(path)
    for name in (*imported(path, False), *imported(path, True)):
        library = name.split(".")[0]
        assert library not in LIBRARIES or group(module, LIBRARIES[library]), f"{module} may not import {library}"


def test_no_stage_imports_a_stage() -> None:
    for path in sources("sim/stages"):
        assert not [name for name in imported(path, False) if name.startswith("sim.stages")]


def test_relative_imports_are_not_used() -> None:
    nodes = [(named(path), node) for path in PACKAGES for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom)]
    assert not [module for module, node in nodes if node.level]


@pytest.mark.parametrize("path", sources("sim/stages", "sim/rules", "sim/policies", "sim/agents"), ids=named)
def test_luck_in_a_quarter_is_keyed(path: Path) -> None:
    """No generator, no shuffling, and no matrix product, whose bits depend on the number of threads."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"np\.random|model\.random|\brandom\.|shuffle_do|default_rng", text)
    assert not [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)]


# ---- how long --------------------------------------------------------------------------------------------------------
def functions_of(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)]


def length(function: ast.FunctionDef) -> int:
    """Lines of a function; its docstring is not counted."""
    assert function.end_lineno is not None
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    documented = (first.end_lineno or 0) - first.lineno + 1 if told else 0
    return function.end_lineno - function.lineno + 1 - documented


@pytest.mark.parametrize("path", ALL, ids=named)
def test_files_and_functions_are_of_a_size_that_reads(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert not [f.name for f in functions_of(path) if length(f) > LONGEST_FUNCTION]


def test_most_functions_are_short() -> None:
    lengths = [length(function) for path in PACKAGES for function in functions_of(path)]
    assert np.median(lengths) <= 8
    assert np.quantile(lengths, 0.95) <= 30


# ---- what is said ----------------------------------------------------------------------------------------------------
MEASURES = {indicator.measure.__name__ for indicator in INDICATORS}
"""Functions that an indicator's declaration captions."""


def _undocumented(path: Path) -> list[str]:
    tree = tree_of(path)
    scopes: list[tuple[str, ast.Module | ast.ClassDef]] = [("", tree)]
    scopes += [(f"{node.name}.", node) for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    missing = [node.name for _, node in scopes[1:] if not ast.get_docstring(node)]
    for prefix, scope in scopes:
        for node in scope.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                missing.append(prefix + node.name)
    return missing


@pytest.mark.parametrize("path", PACKAGES, ids=named)
def test_every_public_name_is_explained(path: Path) -> None:
    """By a docstring, by the declaration of the indicator it computes, or by the method it overrides."""
    assert ast.get_docstring(tree_of(path)) or not tree_of(path).body, "the module has no docstring"
    captioned = MEASURES if named(path) == "sim.measures" else set()
    overridden = {name for name in _undocumented(path) if "." in name and _is_override(path, name)}
    assert not set(_undocumented(path)) - captioned - overridden


def _is_override(path: Path, name: str) -> bool:
    """Whether a method's class inherits a method of that name with a docstring, in the packages."""
    holder, method = name.split(".")
    classes = {node.name: node for file in (*PACKAGES, path) for node in tree_of(file).body if isinstance(node, ast.ClassDef)}
    bases = [ast.unparse(base) for base in classes[holder].bases]
    while bases:
        base = classes.get(bases.pop())
        if base is None:
            continue
        bases += [ast.unparse(above) for above in base.bases]
        if any(isinstance(node, ast.FunctionDef) and node.name == method and ast.get_docstring(node) for node in base.body):
            return True
    return False


# ---- what may not stand in them --------------------------------------------------------------------------------------
def texts() -> list[Path]:
    """Every text that is shipped or read, but for generated and hidden folders."""
    kinds = (".py", ".yaml", ".yml", ".md", ".toml", ".csv", ".json", ".ipynb")
    folders = [*(ROOT / name for name in ("sim", "analysis", "tests", "conf", "scenarios", "docs", ".ci"))]
    inside = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in [*inside, *ROOT.glob("*.*")] if path.suffix in kinds and "__pycache__" not in path.parts)


def test_nothing_is_left_unfinished_and_nothing_outside_is_mentioned() -> None:
    for path in texts():
        text = path.read_text(encoding="utf-8")
        assert not UNFINISHED.search(text), path
        assert not OUTSIDE.search(text), path


def test_yaml_cannot_run_code() -> None:
    shipped = [path for folder in ("conf", "scenarios") for path in (ROOT / folder).rglob("*.yaml")]
    assert shipped
    for path in shipped:
        text = path.read_text(encoding="utf-8")
        assert "_target_" not in text, path
        assert "${" not in text, path
        assert "hydra" not in (yaml.safe_load(text) or {}) or path.parent.name == "conf", path
