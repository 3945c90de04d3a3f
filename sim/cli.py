# PYTHON_ARGCOMPLETE_OK
"""The ``encadena`` command. Everything heavy is imported by the subcommand that needs it."""

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, NoReturn, TextIO, cast

from sim.errors import BAD_INPUT, INTERRUPTED, OK, InputError, strays_told
from sim.language import LANGUAGE_SETTING, language

EPILOG = """\
your own scenarios, programmes and worlds:
  export ENCADENA_PATH=FOLDER   laid out like scenarios/: *.yaml, programmes/, worlds/, data/<world>/
completion of scenarios, keys and values (bash or zsh; put it into your shell's start file):
  eval "$(register-python-argcomplete encadena)"
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals read like all others."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; `{self.prog} --help` tells what is possible")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0, 1 (some runs failed), 2 (bad input), 130 (interrupted)."""
    words = sys.argv[1:] if argv is None else list(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no accents shows a question mark
    with redirect_stdout(cast(TextIO, _Patient(sys.stdout))), redirect_stderr(cast(TextIO, _Patient(sys.stderr))):
        code = _answered(words)
        sys.stdout.flush()
    return code


class _Patient:
    """A stream whose reader (head, less) may leave: what is written then goes nowhere, and the command ends as it would have."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with self._left_alone():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with self._left_alone():
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @contextmanager
    def _left_alone(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


def _answered(words: Sequence[str]) -> int:
    """The exit code; what goes wrong is told in a sentence."""
    try:
        return _command(words)
    except InputError as error:
        if "--debug" in words:
            raise
        print(f"encadena: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("encadena: stopped", file=sys.stderr)
        return INTERRUPTED


@strays_told()
def _command(words: Sequence[str]) -> int:
    parser = build_parser()
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)
    args, more = parser.parse_known_args(words)
    unknown = [word for word in more if word.startswith("-")]
    if unknown or (more and not hasattr(args, "words")):
        _not_understood(parser, (unknown or more)[0])
    if args.command is None:
        parser.print_help()
        return OK
    lang = language(args.lang)
    if hasattr(args, "words"):
        flags = {name: getattr(args, name) for name in ("dry_run", "retry") if hasattr(args, name)}
        return int(args.act([*args.words, *more], lang, **flags))
    return int(args.act(lang))


def _not_understood(parser: argparse.ArgumentParser, word: str) -> NoReturn:
    from sim.settings import KEYS

    key = word.lstrip("-").partition("=")[0]
    if key in KEYS:
        raise InputError(f"{word!r} is not understood; values are written without dashes, as in {key}=VALUE")
    parser.error(f"{word!r} is not understood")


def build_parser() -> argparse.ArgumentParser:
    """The command line of ``encadena``."""
    parser = _Parser(prog="encadena", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EPILOG,
                     description="Simulate mining-supplier clusters: run scenarios, look at what they hold.")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    _common(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    run = _with_words(commands, "run", _run, "run scenarios and compare them with baseline",
                      "scenarios (none: the five default ones; all: every one) and key=value, such as scale=0.25 horizon=2035 copper=bust")
    run.add_argument("--retry", action="store_true", help="run failed runs of the output folder again")
    _sweeps(commands)
    _with_words(commands, "status", _status, "say how far a run or sweep has come: done, failed, left, runs per second, time to go",
                "the folder")
    _with_words(commands, "show", _show, "print the resolved world of a scenario, with units and sources",
                "one scenario, and key=value")
    _with_words(commands, "analyse", _analyse, "say what a folder's runs show: paired effects, or the sensitivities of a sweep",
                "the folder; outcome=NAME, region=NAME and scenario=A,B")
    _with_words(commands, "cases", _cases, "the simulated lives of the firms known by name, beside what the sources tell",
                "scenarios (none: baseline) and key=value, such as replications=8 horizon=2024")
    _with_words(commands, "twins", _twins, "programmes tried firm by firm: same firm, same luck, with and without, four years",
                "programmes (none: all of them) and key=value, such as replications=4 scale=0.5", _complete_programmes)
    _plain(commands, "scenarios", _scenarios, "list the scenarios")
    _with_words(commands, "programmes", _programmes, "list the programmes that scenarios can hold, or explain one on a page",
                "one programme, or filters such as family=associativity year=2012 region=tarapaca agency=corfo",
                _complete_programmes)
    return parser


def _common(parser: argparse.ArgumentParser, default: Any) -> None:
    parser.add_argument("--lang", default=default,
                        help=f"language of captions: en or es (default: {LANGUAGE_SETTING}, LANG)")
    parser.add_argument("--debug", action="store_true", default=False if default is None else default,
                        help="show the traceback of an error")


def _plain(commands: Any, name: str, act: Any, told: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=told, description=told)
    _common(parser, argparse.SUPPRESS)
    parser.set_defaults(act=act)
    return parser


def _sweeps(commands: Any) -> None:
    parser = _with_words(commands, "sweep", _sweep, "run many rows of a design; the same command goes on where it was stopped",
                         "a design (single, list, factorial, lhs, sobol, morris, or a CSV or Parquet file), then factors and key=value: "
                         "parameters.trust_weight (its declared range), parameters.trust_weight=0.5..3, copper=ar1,bust, "
                         "scenario=baseline,associativity, samples=64, replications=4, output=FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="print rows, runs, estimated time and disk, and run nothing")
    parser.add_argument("--retry", action="store_true", help="run failed runs again")


def _complete(prefix: str, parsed_args: Any = None, **_: Any) -> list[str]:
    from sim.completion import complete, designs

    begins_sweep = getattr(parsed_args, "act", None) is _sweep and not parsed_args.words
    return designs(prefix) if begins_sweep else complete(prefix)


def _complete_programmes(prefix: str, **_: Any) -> list[str]:
    from sim.completion import complete_programmes

    return complete_programmes(prefix)


def _with_words(commands: Any, name: str, act: Any, told: str, words: str, completer: Any = _complete) -> argparse.ArgumentParser:
    parser = _plain(commands, name, act, told)
    parser.add_argument("words", metavar="WORD", nargs="*", help=words).completer = completer  # type: ignore[attr-defined]
    return parser


class _Version(argparse.Action):
    """Prints the version."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from sim import __version__

        print(f"encadena {__version__}")
        parser.exit()


def split_words(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Scenario names, and key=value words."""
    overrides = [word for word in words if "=" in word or word.startswith(("~", "+"))]
    return [word for word in words if word not in overrides], overrides


def _executor_in(words: Sequence[str]) -> str:
    """The executor that words not yet checked ask for: its processes may import the model while they are being checked."""
    return next((word.removeprefix("executor=") for word in reversed(words) if word.startswith("executor=")), "processes")


# ---- subcommands -----------------------------------------------------------------------------------------------------
def _run(words: Sequence[str], lang: str, retry: bool = False) -> int:
    from sim.config import load_comparison
    from sim.experiment.executors import prepare

    prepare(_executor_in(words))
    comparison = load_comparison(*split_words(words))
    from sim.experiment.main_job import run_scenarios  # after the checks: a misspelt word is answered at once

    return run_scenarios(comparison.specs, comparison.settings, lang, retry)


def _sweep(words: Sequence[str], lang: str, dry_run: bool = False, retry: bool = False) -> int:
    if not words or "=" in words[0]:
        raise InputError("sweep begins with a design; write for example `encadena sweep lhs parameters.trust_weight samples=16`")
    from sim.experiment.executors import prepare
    from sim.experiment.planning import plan

    prepare("" if dry_run else _executor_in(words))
    planned = plan(words[0], words[1:])
    from sim.experiment.sweep_job import run_sweep  # after the checks, and while workers import it, too

    return run_sweep(planned, lang, dry_run, retry)


def _status(words: Sequence[str], lang: str) -> int:
    from sim.experiment.status import status
    from sim.roots import path_of

    if len(words) != 1:
        raise InputError("status takes one folder; write for example `encadena status outputs/main`")
    print("\n".join(status(path_of(words[0], words[0]), lang)))
    return OK


def _cases(words: Sequence[str], lang: str) -> int:
    from sim.config import load_comparison
    from sim.layers import BASELINE

    named, overrides = split_words(words)
    names = named or [BASELINE]
    comparison = load_comparison(names, overrides)
    asked = [spec for spec in comparison.specs if spec.scenario in names]
    if not asked[0].world.cases:
        raise InputError(f"world {asked[0].world.name} knows no firm by name; list them in its file cases.csv")
    from sim.experiment.main_job import run_cases

    return run_cases(asked, comparison.settings, lang)


def _twins(words: Sequence[str], lang: str) -> int:
    from sim.config import load_trials

    spec, programmes, settings = load_trials(*split_words(words))
    from sim.experiment.main_job import run_twins

    return run_twins(spec, programmes, settings, lang)


def _show(words: Sequence[str], lang: str) -> int:
    from sim.config import load
    from sim.listing import show

    names, overrides = split_words(words)
    if len(names) != 1:
        raise InputError(f"show takes one scenario, not {len(names)}; write for example `encadena show baseline`")
    print("\n".join(show(load(names[0], *overrides), lang)))
    return OK


def _analyse(words: Sequence[str], lang: str) -> int:
    from analysis.report import analyse

    return analyse(words, lang)


def _scenarios(lang: str) -> int:
    from sim.listing import scenarios

    return _listed(lambda unread: scenarios(lang, unread))


def _programmes(words: Sequence[str], lang: str) -> int:
    from sim.catalogue import listing, page

    names, filters = split_words(words)
    if names and (filters or len(names) > 1):
        raise InputError(f"programmes explains one programme or takes filters, not {' '.join(words)!r}; write for example "
                         "`encadena programmes pdp` or `encadena programmes family=associativity year=2012`")
    return _listed(lambda unread: page(names[0], lang, unread) if names else listing(filters, lang, unread))


def _listed(lines: Callable[[list[str]], Iterable[str]]) -> int:
    """Print a list of what can be read, then a sentence for each file that cannot: one broken file hides no other."""
    unread: list[str] = []
    print("\n".join(lines(unread)), flush=True)
    for sentence in unread:
        print(f"encadena: {sentence}", file=sys.stderr)
    return OK


if __name__ == "__main__":
    sys.exit(main())
