"""The table of a first run: what each scenario changes in one region, pair by pair, against the baseline."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.effects import LAST_YEARS, aligned, mean_interval, metrics, paired, ratio, reference_of
from analysis.grid import Cell, Grid
from sim.calendar import parse_quarter, year_of
from sim.experiment import store
from sim.experiment.results import Results

WIDTH = 120
QUARTERS = 4
SPEND, JOBS, REGIME = "public_spend", "local_jobs", "regime"
REGIMES = {"en": ("enclave", "hybrid", "cluster"), "es": ("enclave", "híbrido", "clúster")}


@dataclass(frozen=True)
class Column:
    """A column of the table. ``factor`` turns the indicator's unit into the printed one."""

    indicator: str
    factor: float
    digits: int
    unit: str
    head: str
    head_es: str


COLUMNS = (
    Column("backward_linkage_hq", 100, 1, "%", "Linkage HQ, all sizes %", "Encad. sede, todo tamaño %"),
    Column("backward_linkage_small", 100, 1, "%", "Linkage HQ, up to 200k UF %", "Encad. sede, hasta 200 mil UF %"),
    Column("backward_linkage_operating", 100, 1, "%", "Linkage HQ or branch %", "Encad. sede o sucursal %"),
    Column("backward_linkage_value_added", 100, 1, "%", "Linkage value added %", "Encad. valor agregado %"),
    Column("supplier_share", 100, 1, "%", "Share of suppliers %", "Parte de los proveed. %"),
    Column("commuting_share", 100, 1, "%", "Com- muting share %", "Con- mutantes %"),
    Column("knowledge_intensive_jobs", 100, 1, "%", "Know- ledge jobs %", "Empleo intens. conoc. %"),
    Column("exports", QUARTERS / 1000, 0, "1000 UF/year", "Exports 1000 UF/y", "Export. miles UF/año"),
    Column("cluster_index", 1, 2, "index", "Cluster index", "Índice de clúster"),
)
REGIME_HEAD = {"en": "Regime (worlds)", "es": "Régimen (mundos)"}
SPEND_HEAD = {"en": "Public spend 1000 UF", "es": "Gasto público miles UF"}
COST_HEAD = {"en": "UF per net local job", "es": "UF por empleo local neto"}

WORDS = {
    "en": {
        "none": "n/a", "scenario": "Scenario", "component": "Component",
        "title": "{region}: means of {first}-{last}, {n} paired replications, scale {scale:g}.",
        "how": "First row: level of {reference}. Below: difference from it, in the same units (shares in percentage "
               "points). Second line of a cell: half-width of the 95 % interval (for UF per job its bounds, after "
               "Fieller).",
        "parts": "The index is the mean of its components (0 = enclave threshold, 1 = cluster threshold, cut at -0.25 "
                 "and 1.25):",
        "notes": "Linkage: share of the purchases of the region's mines that goes to suppliers with headquarters in the region; to "
                 "those with sales up to 200,000 UF a year; to those with headquarters or a branch there; and the local "
                 "value added in it. Public spend: total in the region since {policy}. UF per net local job: that "
                 "spend over the gain in resident jobs in mining-related work; {none} unless jobs rise. {none}: undefined.",
        "small_scale": "Scale {scale:g} is a quick look: groups of firms are reported from scale 0.5 on.",
    },
    "es": {
        "none": "n/d", "scenario": "Escenario", "component": "Componente",
        "title": "{region}: promedios {first}-{last}, {n} réplicas pareadas, escala {scale:g}.",
        "how": "Primera fila: nivel de {reference}. Debajo: diferencia con ella, en las mismas unidades (proporciones en "
               "puntos porcentuales). Segunda línea de cada celda: semiancho del intervalo del 95 % (en UF por empleo, sus límites "
               "según Fieller).",
        "parts": "El índice es el promedio de sus componentes (0 = umbral de enclave, 1 = umbral de clúster, cortado en "
                 "-0,25 y 1,25):",
        "notes": "Encadenamiento: parte de las compras de las minas de la región que va a proveedores con sede en la región; a los de "
                 "ventas hasta 200.000 UF al año; a los que tienen sede o sucursal en ella; y el valor agregado local "
                 "que contiene. Gasto público: total en la región desde {policy}. UF por empleo local neto: ese gasto sobre el aumento de "
                 "empleos de residentes ligados a la minería; {none} si no aumentan. {none}: no definido.",
        "small_scale": "La escala {scale:g} es una mirada rápida: los grupos de empresas se informan desde la escala 0,5.",
    },
}


@dataclass(frozen=True)
class Comparison:
    """What the table prints, as numbers: a row a scenario and column (CSV), and as text."""

    frame: pd.DataFrame
    facts: Mapping[str, Any]

    def text(self, lang: str = "en", width: int = WIDTH) -> str:
        """The table, the components of its index and what they mean, for a terminal of ``width`` characters."""
        said = self._said(lang)
        prose = [_wrap(said[key], width) for key in ("title", "how")]
        parts = ["", _wrap(said["parts"], width), "", self._components(lang).text(width), "", _wrap(said["notes"], width)]
        return "\n".join([*prose, "", self._table(lang).text(width), *parts, *self._warning(said)])

    def markdown(self, lang: str = "en") -> str:
        """The same as Markdown."""
        said = self._said(lang)
        blocks = [said["title"], said["how"], self._table(lang).markdown(), said["parts"],
                  self._components(lang).markdown(), said["notes"], *self._warning(said)]
        return "\n\n".join(blocks) + "\n"

    def save(self, folder: Path, lang: str = "en") -> None:
        """Write ``comparison.csv`` and ``comparison.md``."""
        table = self.frame.to_csv(index=False).encode()
        store.write_texts(folder, {"comparison.csv": table, "comparison.md": self.markdown(lang).encode()})
