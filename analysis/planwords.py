"""Words of the action plan's score, in English and Spanish."""

from typing import Any

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "{caption} ({n}, scale {scale})",
        "heads": ("Nr", "Target", "Due", "Wanted", "Reached|by then", "Worlds|in time", "By most|worlds", "Missed|by", "Verdict"),
        "score": "Targets: {all}. By most worlds met in time: {met}; met later: {late}; missed: {missed}. Not counted: due after the "
                 "horizon: {after}; not measured: {unmeasured}.",
        "met": "in time", "late": "late", "missed": "missed", "after": "due after the horizon", "never": "never", "none": "n/a",
        "printed": "printed", "units": {"done": "done", "a year": "{value} a year", "firms": "firms: {value}", "plants": "plants: {value}"},
        "notes": "Reached by then: the best value up to the deadline, mean over worlds. Worlds in time: how many reach the target by its "
                 "deadline. By most worlds: the quarter by which more than half of the worlds have reached it; never: not by the end "
                 "of the run. Missed by: what a world lacks at the deadline, mean over worlds; one that exceeds the target makes up for "
                 "no other. Measured among the firms that the target's programme is made for, with headquarters in its region. A share "
                 "of firms told takes quarters as independent; a share of firms supported counts each firm once and may exceed what "
                 "lives on. The plan set targets; the sources report no results.",
        "short": "Measured short of what the plan says:", "unmeasured_list": "Not measured:",
        "no_programme": "this scenario lacks the programme that serves it",
        "no_firms": "no firm lives in these worlds among which to measure it",
        "reached": "part of the target reached",
        "mark": "diamond: the target is due; blank: beyond the run, or before the deadline of a target for each year",
    },
    "es": {
        "title": "{caption} ({n}, escala {scale})",
        "heads": ("Nº", "Meta", "Plazo", "Pedido", "Logrado|al plazo", "Mundos|a tiempo", "En la|mayoría", "Faltó", "Veredicto"),
        "score": "Metas: {all}. En la mayoría de los mundos, cumplidas a tiempo: {met}; cumplidas más tarde: {late}; no cumplidas: "
                 "{missed}. No se cuentan: vencen después del horizonte: {after}; sin medir: {unmeasured}.",
        "met": "a tiempo", "late": "tarde", "missed": "no cumplida", "after": "vence después del horizonte", "never": "nunca",
        "none": "n/d", "printed": "impreso",
        "units": {"done": "hecho", "a year": "{value} al año", "firms": "empresas: {value}", "plants": "plantas: {value}"},
        "notes": "Logrado al plazo: el mejor valor hasta el plazo, promedio de los mundos. Mundos a tiempo: cuántos llegan a la meta "
                 "dentro de su plazo. En la mayoría: el trimestre en que más de la mitad de los mundos ya ha llegado a ella; nunca: no "
                 "antes del fin de la corrida. Faltó: lo que le falta a un mundo al plazo, promedio de los mundos; uno que supera la meta "
                 "no compensa a otro. Se mide entre las empresas para las que es el programa de la meta, con casa matriz en su región. "
                 "La parte de empresas informadas toma los trimestres como independientes; la parte de empresas apoyadas cuenta cada "
                 "una una vez y puede superar a las que siguen vivas. El plan fijó metas; las fuentes no informan resultados.",
        "short": "Se mide menos de lo que dice el plan:", "unmeasured_list": "Sin medir:",
        "no_programme": "este escenario no tiene el programa que la atiende",
        "no_firms": "en estos mundos no vive ninguna empresa entre las que medirla",
        "reached": "parte lograda de la meta",
        "mark": "rombo: plazo de la meta; en blanco: más allá de la corrida, o antes del plazo de una meta de cada año",
    },
}
