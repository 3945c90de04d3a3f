"""``python -m tests.benchmarks [PART ...] [--rounds N] [--json] [--peers-python PATH]``."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from typing import Any

from tests.benchmarks import clearing, engine, rates, scaling, starting, whole

PEER_NAMES = ["plain", "sugarscape", "starsim"]
CAPTIONS = {"model": "Encadena, full scale", "plain": "plain Mesa reference of the same rules", "sugarscape": "Mesa Sugarscape g1mt",
            "starsim": "Starsim SIS"}
TARGETS = {"plain": "20, aim 40", "sugarscape": "110, aim 350", "starsim": "0.28, aim 0.9"}


def _show_rates(result: dict[str, Any]) -> None:
    print(f"\nagent-steps a CPU second, about {result['agents']:,} agents, turns taken in one run")
    print(f"  {'':40}{'rate':>12}{'from - to':>25}{'model / it':>12}{'from - to':>16}  {'wanted':14}{'MB':>6}")
    for name, own in result["contenders"].items():
        span, ratio = f"{own['low']:,.0f} - {own['high']:,.0f}", f"{own['ratio_low']:.3g} - {own['ratio_high']:.3g}"
        print(f"  {CAPTIONS[name]:40}{own['rate']:12,.0f}{span:>25}{own['ratio']:12.3g}{ratio:>16}  {TARGETS.get(name, ''):14}"
              f"{own['memory']:6.0f}")
    for name, why in result["missing"].items():
        print(f"  {CAPTIONS[name]:40}left out: {why}")


def _show_whole(results: dict[str, Any]) -> None:
    result = results["baseline"]
    quarters, seconds = result["quarters"], result["seconds"]
    print(f"\nfull-scale world from 2005, {quarters} quarters, views and indicators on, light recording")
    print(f"  CPU seconds {seconds:.2f} (wanted 1.0, aim 0.3 for 160 quarters); agent-steps a CPU second "
          f"{result['agent_steps'] / seconds:,.0f}; peak memory {result['memory']:.0f} MB (wanted 400, aim 250)")
    for name, part in result["stages"].items():
        print(f"  {name:14}{part:8.3f} s{1000 * part / quarters:9.2f} ms a quarter{part / seconds:8.1%}")
    full = results["everything"]
    print(f"  every programme file open at once: {full['seconds']:.2f} CPU seconds, {full['seconds'] / seconds:.2f} times as long; "
          f"agencies {1000 * full['stages']['agencies'] / quarters:.2f} ms a quarter")


def _show_scaling(result: dict[str, Any]) -> None:
    print("\ncost of a quarter by number of suppliers, turns taken in one run")
    for scale, suppliers in result["suppliers"].items():
        cost = result["seconds"][scale]
        print(f"  scale {scale:<6}{suppliers:10,.0f} suppliers{1000 * cost:10.2f} ms a quarter{1e6 * cost / suppliers:10.2f} us a supplier")
    wanted = {"1,500 to 24,000": "1.10, aim 1.05", "6,000 to 60,000": "1.25, aim 1.15"}
    for name, slope in result["exponents"].items():
        print(f"  exponent {name:18}{slope:6.3f}  (wanted {wanted[name]})")
    print(f"  outside kernels and numpy's own work, as the part of a full-scale quarter that no supplier causes: "
          f"{result['fixed_share']:.1%} (wanted 35 %, aim 20 %)")


def _show_clearing(result: dict[str, Any]) -> None:
    print("\nclearing kernel against the same rule in C at -O3")
    if "missing" in result:
        print(f"  left out: {result['missing']}")
        return
    alike = "yes" if result["same_bits"] else "NO"
    print(f"  {result['tenders']:,} tenders, {result['bids']:,} bids; same decisions to the last bit: {alike}")
    print(f"  kernel {result['kernel_ns']:.1f} ns a bid, C {result['c_ns']:.1f}; ratio {result['ratio']:.2f} "
          f"({result['ratio_low']:.2f} - {result['ratio_high']:.2f}; wanted 1.3, aim 0.7)")


def _show_starting(result: dict[str, Any]) -> None:
    print(f"\nseconds until a user sees something: `encadena --help` {result['help']:.2f} (wanted 0.3, aim 0.1); first progress of "
          f"`encadena run`\n  {result['warm']:.1f} (wanted 3, aim 2), with nothing compiled yet {result['cold']:.1f} (wanted 8, aim 5)")


SWEEPERS = {"bare": "no engine: two bare processes", "encadena": "Encadena's engine", "mesa": "Mesa batch_run",
            "ema": "EMA Workbench evaluator", "hydra": "Hydra joblib launcher"}


def _show_engine(result: dict[str, Any]) -> None:
    print(f"\n{engine.RUNS} runs of {engine.SECONDS} CPU seconds on {engine.WORKERS} workers, and empty runs; turns taken in one run")
    print(f"  {'':32}{'wall / bare':>14}{'from - to':>16}{'ms an empty run':>18}{'bytes a run':>14}")
    for name, own in result["contenders"].items():
        disk = "in memory" if own["disk"] != own["disk"] else f"{own['disk']:,.0f}"
        print(f"  {SWEEPERS[name]:32}{own['ratio']:14.3f}{own['low']:9.3f} - {own['high']:.3f}{own['empty_ms']:17.2f}{disk:>14}")
    for name, why in result["missing"].items():
        print(f"  {SWEEPERS[name]:32}left out: {why}")
    print(f"  wanted of ours: 1.05, aim 1.02, with {result['start']:.1f} s until the first run is at work; 1.5 ms, aim 0.7, without them")
    print(f"  runs a second: {result['one_worker']:.2f} on one worker, {result['two_workers']:.2f} on two")
    print(f"  writing {result['write_ns']:.0f} ns a stored value (wanted 60, aim 30); "
          f"opening {result['empty_runs']:,} runs {result['open']:.2f} s")
    forked = result["branching"]
    print(f"  eight scenarios branched at 2025: {forked['shared']:.1f} CPU s, whole {forked['whole']:.1f}; ratio {forked['ratio']:.2f} "
          "(wanted 0.62, aim 0.57)")


PARTS: dict[str, tuple[Callable[[argparse.Namespace], dict[str, Any]], Callable[[dict[str, Any]], None]]] = {
    "rates": (lambda chosen: rates.measure(PEER_NAMES, chosen.rounds, chosen.peers_python), _show_rates),
    "whole": (lambda chosen: whole.measure(chosen.quarters), _show_whole),
    "scaling": (lambda chosen: scaling.measure(chosen.rounds), _show_scaling),
    "engine": (lambda chosen: engine.measure(chosen.rounds, chosen.peers_python), _show_engine),
    "starting": (lambda chosen: starting.measure(chosen.rounds), _show_starting),
    "clearing": (lambda chosen: clearing.measure(chosen.rounds), _show_clearing),
}


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="How fast the model is, and compared with what.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)} (none: all)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of every contender; medians are told (5)")
    parser.add_argument("--quarters", type=int, default=whole.QUARTERS, help="length of the full-scale run (160)")
    parser.add_argument("--peers-python", default=os.environ.get("ENCADENA_PEERS_PYTHON", sys.executable), metavar="PATH",
                        help="interpreter that has Starsim, EMA Workbench and Hydra's joblib launcher, if this one has not")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    chosen = parser.parse_args()
    if unknown := [part for part in chosen.parts if part not in PARTS]:
        parser.error(f"unknown part {unknown[0]!r}; write any of {', '.join(PARTS)}")
    return chosen


def main() -> None:
    """Measure the chosen parts and print them, each as soon as it is known."""
    chosen = _chosen()
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    results: dict[str, Any] = {"machine": machine}
    if not chosen.json:
        print(f"Python {machine['python']}, {machine['cores']} cores, load before {machine['load']:.2f}")
    for part in chosen.parts or PARTS:
        measured, show = PARTS[part]
        results[part] = measured(chosen)
        if not chosen.json:
            show(results[part])
    machine["load_after"] = os.getloadavg()[0]
    print(json.dumps(results, indent=1) if chosen.json else f"\nload after {machine['load_after']:.2f}")


if __name__ == "__main__":
    main()
