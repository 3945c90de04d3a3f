"""How units, numbers and counts are written in English and in Spanish, for every text that a user reads."""

import math

LANGUAGES = ("en", "es")
UNITS_ES = {
    "UF per worker-quarter": "UF por trabajador-trimestre", "UF/quarter": "UF/trimestre", "UF/year": "UF/año", "US c/lb": "c US$/lb",
    "US$ a year": "US$ al año", "US$/t/year": "US$/t/año", "chance/quarter": "probabilidad/trimestre", "class floors": "pisos de clase",
    "contacts/quarter": "contactos/trimestre", "days": "días", "days of sales": "días de ventas", "deliveries": "entregas",
    "factor": "factor", "factor - 1": "factor menos 1", "firms": "empresas", "firms/year": "empresas/año", "frontier": "frontera",
    "frontier/log": "frontera/log", "frontier/quarter": "frontera/trimestre", "graduates/year": "egresados/año", "index": "índice",
    "index, capital = 1": "índice, capital = 1", "jobs": "empleos", "kt a year": "kt al año", "kt/quarter": "kt/trimestre",
    "log points": "puntos log", "logit/frontier": "logit/frontera", "logit/log rent": "logit/log arriendo",
    "logit/log wage": "logit/log salario", "links": "vínculos", "contacts": "contactos", "names": "nombres",
    "per quarter": "por trimestre", "persons": "personas", "problems/year": "problemas/año",
    "projects/100 firms/year": "proyectos/100 empresas/año", "quarter": "trimestre", "quarters": "trimestres", "ratio": "razón",
    "sellers": "vendedores", "share": "proporción", "share of capacity": "parte de la capacidad", "share of opex": "parte del opex",
    "share of purchases": "parte de las compras", "share of sales": "parte de las ventas",
    "share of mining sales": "parte de las ventas mineras",
    "share of sales/quarter": "parte de las ventas/trimestre", "share of tenders": "parte de las licitaciones",
    "share of yearly mining sales": "parte de las ventas mineras anuales", "share of yearly sales": "parte de las ventas anuales",
    "share/class": "proporción/clase", "share/quarter": "proporción/trimestre", "t/year": "t/año", "ties/firm": "vínculos/empresa",
    "trust": "confianza", "trust/quarter": "confianza/trimestre", "weight": "peso", "year": "año", "years": "años",
    "1000 UF/year": "miles UF/año",
    "1/class": "1/clase", "1/contact": "1/contacto", "1/frontier": "1/frontera", "1/log point": "1/punto log", "1/quarter": "1/trimestre",
    "1/year": "1/año", "CLP_m": "millones CLP", "US": "US$",
}
"""Unit of a declaration → the same in Spanish."""
COUNTED = {
    "en": {"scenario": ("scenario", "scenarios"), "row": ("row", "rows"), "replication": ("replication", "replications"),
           "run": ("run", "runs"), "worker": ("worker", "workers"), "sample": ("sample", "samples"),
           "world": ("world", "worlds"), "figure": ("figure", "figures")},
    "es": {"scenario": ("escenario", "escenarios"), "row": ("fila", "filas"), "replication": ("réplica", "réplicas"),
           "run": ("corrida", "corridas"), "worker": ("proceso", "procesos"), "sample": ("muestra", "muestras"),
           "world": ("mundo", "mundos"), "figure": ("figura", "figuras")},
}
"""What is counted: one of them, and many."""
TRUTH = {"en": ("no", "yes"), "es": ("no", "sí")}
YEAR = "year"
NOTHING = "–"
"""Stands for no value and for no limit."""


def unit_caption(unit: str, lang: str) -> str:
    """A declared unit in the language."""
    return UNITS_ES.get(unit, unit) if lang == "es" else unit


def number(value: float, digits: int, lang: str, sign: bool = False) -> str:
    """A number as the language writes it; the words for an undefined one are the caller's."""
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    text = text.lstrip("+-") if float(text.replace(",", "")) == 0 else text
    return as_written(text, lang)


def quantity(value: float | None, lang: str, unit: str = "") -> str:
    """A number as short as it is useful; a dash for none and for no limit. Years are written without separators."""
    if value is None or math.isinf(value):
        return NOTHING
    if unit == YEAR:
        return f"{value:.0f}"
    return number(value, 0, lang) if abs(value) >= 1000 else as_written(f"{value:.4g}", lang)


def counted(count: int, what: str, lang: str) -> str:
    """A number of things, such as ``1 réplica`` or ``2.400 corridas``."""
    return f"{number(count, 0, lang)} {COUNTED[lang][what][count != 1]}"


def size_told(replications: int, scale: float, lang: str) -> dict[str, str]:
    """Words for a title: ``n`` is how many replications, ``scale`` how large a world they simulate."""
    return {"n": counted(replications, "replication", lang), "scale": quantity(scale, lang)}


def as_written(text: str, lang: str) -> str:
    """A number in English writing with the separators of the language."""
    return text.translate(str.maketrans(",.", ".,")) if lang == "es" else text
