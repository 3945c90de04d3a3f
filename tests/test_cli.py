"""The ``encadena`` command and ``python -m sim``: what they hand over, print, complete and refuse."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from sim import config
from sim.catalogue import listing, written
from sim.cli import main, split_words
from sim.completion import complete, complete_programmes
from sim.config import DEFAULT_SCENARIOS, load
from sim.errors import INTERRUPTED, OK, InputError
from sim.language import language
from sim.listing import key_caption
from sim.parameters import declared
from sim.policies.record import FAMILIES, KINDS
from sim.programmes import PROGRAMME_KEYS
from sim.roots import SCENARIO, SETTING, find_roots
from sim.settings import RunSettings
from sim.spec import Spec

CHECKOUT = Path(__file__).resolve().parent.parent
MAIN = "import sys; from sim.cli import main; sys.exit(main())"
Handed = list[tuple[Sequence[Spec], RunSettings, str]]


def python(*words: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter that finds the packages, with nothing of the caller's settings."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "HOME": os.environ.get("HOME", "/"), **environ}
    return subprocess.run([sys.executable, *words], cwd=cwd, env=clean, capture_output=True, text=True, check=False)


def encadena(*words: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    return python("-c", MAIN, *words, cwd=cwd, **environ)


@pytest.fixture
def main_job(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | BaseException], Handed]:
    """Puts a stand-in for the main job in place that ends as told and notes what it was handed."""
    def install(ending: int | BaseException) -> Handed:
        handed: Handed = []
        module = ModuleType("sim.experiment.main_job")

        def run_scenarios(specs: Sequence[Spec], settings: RunSettings, lang: str, retry: bool = False) -> int:
            handed.append((specs, settings, lang))
            if isinstance(ending, BaseException):
                raise ending
            return ending

        module.run_scenarios = run_scenarios  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "sim.experiment.main_job", module)
        return handed
    return install


# ---- run -------------------------------------------------------------------------------------------------------------
def test_run_without_words_takes_the_default_scenarios(main_job: Callable[[int], Handed]) -> None:
    handed = main_job(0)
    assert main(["run", "--lang", "en"]) == OK
    specs, settings, lang = handed[0]
    assert tuple(spec.scenario for spec in specs) == DEFAULT_SCENARIOS
    assert (settings.replications, lang) == (8, "en")


@pytest.mark.parametrize(("words", "scenarios"), [
    (["local_purchasing"], ["baseline", "local_purchasing"]),
    (["subsidies", "baseline", "subsidies"], ["baseline", "subsidies"]),
    (["baseline"], ["baseline"]),
])
def test_baseline_joins_every_comparison_first(
    words: list[str], scenarios: list[str], main_job: Callable[[int], Handed],
) -> None:
    handed = main_job(0)
    main(["run", *words])
    assert [spec.scenario for spec in handed[0][0]] == scenarios


def test_all_stands_for_every_scenario_the_default_ones_first(
    main_job: Callable[[int], Handed], monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = config.every_scenario([])
    assert tuple(names[:5]) == DEFAULT_SCENARIOS
    assert set(names) == set(find_roots({}).files(SCENARIO))
    handed = main_job(0)
    monkeypatch.setattr(config, "every_scenario", lambda words: ["subsidies", "start_weak"])
    main(["run", "all", "start_weak", "horizon=2006"])
    assert [spec.scenario for spec in handed[0][0]] == ["baseline", "subsidies", "start_weak"]


def test_words_and_flags_may_stand_in_any_order(main_job: Callable[[int], Handed]) -> None:
    handed = main_job(0)
    assert main(["run", "scale=0.5", "subsidies", "--lang", "es", "replications=2"]) == OK
    specs, settings, lang = handed[0]
    assert ([spec.scale for spec in specs], settings.replications, lang) == ([0.5, 0.5], 2, "es")


@pytest.mark.parametrize("code", [0, 1, 2])
def test_the_main_job_decides_on_the_exit_code(code: int, main_job: Callable[[int], Handed]) -> None:
    main_job(code)
    assert main(["run", "baseline"]) == code


def test_an_interrupt_ends_with_130(
    main_job: Callable[[BaseException], Handed], capsys: pytest.CaptureFixture[str],
) -> None:
    main_job(KeyboardInterrupt())
    assert main(["run", "baseline"]) == INTERRUPTED
    assert capsys.readouterr().err == "encadena: stopped\n"


def test_debug_shows_where_an_error_arose() -> None:
    with pytest.raises(InputError, match="scale"):
        main(["run", "--debug", "scale=3"])


def test_words_are_told_apart() -> None:
    assert split_words(["a", "x=1", "~programmes.p", "b"]) == (["a", "b"], ["x=1", "~programmes.p"])


# ---- lists -----------------------------------------------------------------------------------------------------------
def test_scenarios_are_listed_with_captions_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    main(["scenarios", "--lang", "en"])
    assert "local_purchasing* Local purchasing by every mine" in " ".join(capsys.readouterr().out.split())
    main(["--lang", "es", "scenarios"])
    assert "local_purchasing* Compras locales de todas las mineras" in " ".join(capsys.readouterr().out.split())


def test_programmes_are_listed_with_their_calendar(capsys: pytest.CaptureFixture[str]) -> None:
    main(["programmes", "--lang", "es"])
    told = " ".join(capsys.readouterr().out.split())
    assert "2016Q1 – 2020Q2 Extensionismo tecnológico" in told
    assert "1992Q1 – abierto" in told


@pytest.mark.parametrize(("filters", "kept", "dropped"), [
    (["family=associativity", "year=2012", "region=tarapaca"], {"pdp", "profo"}, {"cet_fortalece_pyme", "trade_association"}),
    (["agency=aia"], {"cet_fortalece_pyme"}, {"pdp", "profo"}),
    (["region=antofagasta", "kind=procurement", "year=2026"], {"local_weight"}, {"pdp", "graduate_places"}),
])
def test_programmes_are_narrowed_by_filters(
    filters: list[str], kept: set[str], dropped: set[str], capsys: pytest.CaptureFixture[str],
) -> None:
    main(["programmes", *filters, "--lang", "en"])
    told = set(capsys.readouterr().out.split())
    assert kept <= told
    assert not dropped & told


FOLDER = {
    "all.yaml": "start: weak\n", "zz_torn.yaml": "caption: [x\n", "zz_año malo.yaml": "start: weak\n",
    "programmes/zz_año.yaml": "zz_año: {like: profo}\n",
    "zz_lacking.yaml": "defaults: [{programmes@programmes: [no_such]}]\n", "fine.yaml": "caption: Fine\n",
    "programmes/good.yaml": "good: {like: profo, caption: A good one}\n", "programmes/zz_begun.yaml": "zz_begun: {capacity: 5}\n",
    "programmes/zz_late.yaml": "zz_late: {from: 2026Q5}\n", "programmes/zz_like.yaml": "zz_like: {like: proffo}\n",
    "programmes/zz_where.yaml": "zz_where: {like: profo, regions: 5}\n"}
OF_PROGRAMMES = ["zz_begun has no `from`", "zz_late: from: '2026Q5'", "zz_like is like an unknown one: 'proffo'", "regions is 5; write",
                 "zz_año.yaml: names are written in lower-case"]
OF_SCENARIOS = ["zz_lacking.yaml: 'no_such' is not a known programme", "zz_torn.yaml, line 2: broken YAML",
                "all.yaml: the name 'all' is taken by the program", "zz_año malo.yaml: names are written"]


@pytest.mark.parametrize(("words", "listed", "sentences"), [
    (["scenarios"], {"fine", "baseline*"}, OF_SCENARIOS),
    (["programmes"], {"good", "profo"}, OF_PROGRAMMES),
    (["programmes", "year=1999", "region=antofagasta"], {"good", "profo"}, OF_PROGRAMMES),
    (["programmes", "profo"], {"profo:", "only_profo;"}, OF_SCENARIOS),
])
def test_a_broken_file_hides_no_other_from_a_list(
    words: list[str], listed: set[str], sentences: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "programmes").mkdir()
    for name, text in FOLDER.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setenv(SETTING, str(tmp_path))
    assert main([*words, "--lang", "en"]) == OK
    told = capsys.readouterr()
    assert listed <= set(told.out.split())
    assert "zz_" not in told.out
    assert all(line.startswith(f"encadena: {tmp_path}/") for line in told.err.splitlines())
    assert [sentence for sentence, line in zip(sentences, told.err.splitlines(), strict=True) if sentence not in line] == []


def test_filters_that_fit_nothing_say_so() -> None:
    assert list(listing(["agency=aia", "year=1901"], "en", [])) == ["no programme fits agency=aia year=1901"]


def test_a_programme_in_force_in_a_year_is_one_that_has_begun_and_not_ended() -> None:
    listed = {year: "\n".join(listing(["agency=aia", f"year={year}"], "en", [])) for year in (2015, 2016, 2020, 2021)}
    assert ["cet_fortalece_pyme" in told for told in listed.values()] == [False, True, True, False]


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["Who", "What it costs", "of it public 49.73 UF, private 15.27 UF", "4,823 UF public a year", "levers.process_advice",
            "part of a firm's processes that advisers change", "AIA 2020, interview"]),
    ("es", ["Quién", "Qué cuesta", "de ello público 49,73 UF", "parte de los procesos que cambia la asesoría", "clase"]),
])
def test_a_programme_is_explained_on_a_page(lang: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programmes", "cet_fortalece_pyme", "--lang", lang]) == OK
    told = " ".join(capsys.readouterr().out.split())
    assert [word for word in words if word not in told] == (["clase"] if lang == "es" else [])


def test_a_page_tells_evidence_schedules_and_keys_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes" / "mine.yaml").write_text(
        "mine: {like: pdp, caption: Mine, caption_es: Mío, sales_min: 7, until: null}\n")
    (tmp_path / "my_world.yaml").write_text("defaults:\n  - programmes@programmes: [mine]\n")
    monkeypatch.setenv(SETTING, str(tmp_path))
    main(["programmes", "mine", "--lang", "en"])
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("mine: Mine P05 · group · associativity")
    assert "sales_min 7 UF" in told
    assert "duration 12 quarters" in told, "a value of the programme it is like"
    assert told.endswith("Scenarios that hold it my_world")


def test_schedules_are_written_as_their_points() -> None:
    assert written({2026: 0.02, 2030: 0.04}, "en") == "2026: 0.02; 2030: 0.04"
    assert written({2026: 0.02, 2030: 1500}, "es") == "2026: 0,02; 2030: 1.500"
    assert written([{"measure": "sales", "sign": "up"}], "en") == "measure: sales; sign: up"


def test_every_key_of_a_programme_has_captions_in_both_languages() -> None:
    same = [key for key in PROGRAMME_KEYS if key_caption(key, "es") in ("", key_caption(key, "en"))]
    assert same == []


def test_every_kind_and_family_has_a_spanish_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert all(KINDS.values())
    assert all(FAMILIES.values())
    main(["programmes", "pdp", "--lang", "es"])
    told = capsys.readouterr().out
    assert "P05 · grupo · asociatividad · 1998Q1 – abierto" in told
    assert "2.400 UF" in told
    assert "0,002 frontera/trimestre" in told


def test_show_prints_values_with_units_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "subsidies", "parameters.trust_weight=2.5", "--lang", "en"]) == OK
    told = capsys.readouterr().out
    assert "changed by parameters.trust_weight=2.5" in told
    assert all(name in told and item.source in told for name, item in declared().items())
    assert "trust_weight*" in told
    for spec in load("subsidies").programmes:
        assert f"{spec.name}: {spec.caption}" in told
        assert f"source: {spec.source}" in told
    assert "levers.certification_cost_share  1  × public_share" in told
    assert "escondida" in told
    assert "sha256" in told


def test_show_in_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    main(["show", "baseline", "--lang", "es"])
    told = capsys.readouterr().out
    assert "calentamiento desde 1995Q1, historia desde 2005Q1, proyección desde 2025Q1" in told
    assert declared()["price_weight"].caption_es in told


@pytest.mark.parametrize(("asked", "environ", "chosen"), [
    (None, {}, "en"), ("es", {}, "es"), (None, {"LANG": "es_CL.UTF-8"}, "es"), (None, {"LANG": "de_DE"}, "en"),
    (None, {"LANG": "es_CL", "LC_ALL": "C"}, "en"), (None, {"LANG": "C", "ENCADENA_LANG": "es"}, "es"),
    ("en", {"ENCADENA_LANG": "es"}, "en"),
])
def test_language_is_what_was_asked_else_the_setting_else_the_shell(
    asked: str | None, environ: dict[str, str], chosen: str,
) -> None:
    assert language(asked, environ) == chosen


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == OK
    assert "run scenarios and compare them with baseline" in capsys.readouterr().out


# ---- the process -----------------------------------------------------------------------------------------------------
def test_help_imports_nothing_heavy() -> None:
    told = python("-c", "import sys\nfrom sim.cli import main\n"
                        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
                        "print('heavy:', {'numpy', 'mesa', 'hydra', 'yaml', 'pandas', 'numba'} & set(sys.modules))")
    assert told.stdout.endswith("heavy: set()\n"), told.stderr


@pytest.mark.parametrize(("to", "err"), [("", "ended\n"), ("2>&1", "")])
def test_a_closed_pipe_neither_stops_a_job_nor_hides_that_runs_failed(to: str, err: str) -> None:
    job = "import sys; from sim import cli\n" \
          "def job(words, lang):\n    print('line\\n' * 99_999)\n    print('ended', file=sys.stderr)\n    return 1\n" \
          "cli._status = job\nsys.exit(cli.main(['status']))"
    told = subprocess.run(["bash", "-c", f"'{sys.executable}' -c \"$JOB\" {to} | head -n 1; echo ${{PIPESTATUS[0]}}"],
                          env={**os.environ, "PYTHONPATH": str(CHECKOUT), "JOB": job}, capture_output=True, text=True, check=False)
    assert (told.stdout, told.stderr) == ("line\n1\n", err)


def test_a_bad_word_ends_with_2_and_no_traceback() -> None:
    told = encadena("run", "scale=2")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("encadena: scale=2: ")
    assert "Traceback" not in told.stderr


def test_version_is_printed() -> None:
    told = encadena("--version")
    assert (told.returncode, told.stdout.split()[0].strip(",")) == (0, "encadena")


def test_the_module_does_what_the_command_does() -> None:
    told = python("-m", "sim.cli", "programmes", "no_such")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("encadena: 'no_such' is not a known programme")


# ---- completion ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("prefix", "offered"), [
    ("local_purchasing_l", ["local_purchasing_low"]),
    ("sca", ["scale="]),
    ("copper=b", ["copper=boom", "copper=bust"]),
    ("world=", ["world=chile", "world=valle_inventado"]),
    ("recording=[t", ["recording=[ties]", "recording=[trades]"]),
    ("programmes.trade_", ["programmes.trade_association."]),
    ("programmes.fc_2026.public", ["programmes.fc_2026.public_share="]),
    ("parameters.price_w", ["parameters.price_weight="]),
    ("scale=", []),
])
def test_scenarios_keys_and_values_complete(prefix: str, offered: list[str]) -> None:
    assert complete(prefix) == offered


@pytest.mark.parametrize(("prefix", "offered"), [
    ("trade_", ["trade_association"]), ("fam", ["family="]), ("family=as", ["family=associativity"]), ("world=c", ["world=chile"]),
    ("kind=pl", ["kind=places"]),
])
def test_programmes_and_filters_complete(prefix: str, offered: list[str]) -> None:
    assert complete_programmes(prefix) == offered


def test_broken_settings_complete_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "/no/such/folder")
    assert complete("sca") == []


@pytest.mark.parametrize(("line", "answer"), [
    ("encadena run copper=su", "supercycle"), ("encadena sweep mo", "morris "), ("encadena sweep lhs copper=su", "supercycle")])
def test_the_shell_is_answered(line: str, answer: str, tmp_path: Path) -> None:
    encadena(_ARGCOMPLETE="1", _ARGCOMPLETE_STDOUT_FILENAME=str(tmp_path / "answer"), COMP_LINE=line,
             COMP_POINT=str(len(line)), COMP_TYPE="9", _ARGCOMPLETE_COMP_WORDBREAKS=" \t\n=:", _ARGCOMPLETE_IFS="\n")
    assert (tmp_path / "answer").read_text().strip() == answer.strip()


# ---- python -m sim ---------------------------------------------------------------------------------------------------
def test_a_terminal_without_accents_shows_question_marks() -> None:
    told = encadena("scenarios", "--lang", "es", PYTHONIOENCODING="ascii")
    assert told.returncode == 0, told.stderr
    assert "regi?n" in told.stdout


def test_the_hydra_application_composes_the_same_world_and_leaves_no_files(tmp_path: Path) -> None:
    told = python("-m", "sim", "scenario=associativity", "scale=0.5", "--cfg", "job", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    for line in ("scenario: associativity", "scale: 0.5", "  profo_2026:", "  trade_association:", "  pdp:"):
        assert f"{line}\n" in told.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_hydra_application_keeps_hydra_s_messages_and_exit_code(tmp_path: Path) -> None:
    told = python("-m", "sim", "scal=0.5", cwd=tmp_path)
    assert told.returncode == 1
    assert "Could not override 'scal'" in told.stderr


def test_the_hydra_application_tells_what_only_we_can_check(tmp_path: Path) -> None:
    told = python("-m", "sim", "programmes.pdp.public_share=7", cwd=tmp_path)
    assert told.returncode == 1
    assert "python -m sim: programmes.pdp.public_share=7: public_share is 7; write a number from 0 to 1" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_hydra_application_finds_the_user_s_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("start: weak\n")
    told = python("-m", "sim", "scenario=mine", "--cfg", "job", ENCADENA_PATH=str(tmp_path))
    assert "start: weak\n" in told.stdout, told.stderr


@pytest.mark.parametrize("flag", ["setting", "--config-dir"])
def test_the_hydra_application_runs_no_code_from_files(flag: str, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "mine.yaml").write_text(
        "# @package _global_\nhydra: {callbacks: {x: {_target_: os.mkdir, path: made}}}\n")
    folder = {"ENCADENA_PATH": str(tmp_path)} if flag == "setting" else {}
    words = () if flag == "setting" else (flag, str(tmp_path))
    told = python("-m", "sim", *words, "+more=mine", "--cfg", "job", cwd=tmp_path, **folder)
    assert told.returncode == 1
    assert "the key 'hydra' is refused" in told.stderr
    assert not (tmp_path / "made").exists()
