"""Words of the action plan's score, in English and Spanish."""

from typing import Any

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "{caption} ({n}, scale {scale})",
        "heads": ("Nr", "Target", "Due", "Wanted", "Reached by then", "Met (worlds)", "Missed by", "Verdict"),
        "score": "Of {all} targets {met} are met in time by most worlds, {late} later, {missed} are missed; {unmeasured} "
                 "cannot be measured.",
        "met": "in time", "late": "late", "missed": "missed", "never": "never", "none": "n/a", "unmeasured": "not measured",
        "notes": "Reached by then: mean over worlds of the best value up to the deadline. Met: median year of the worlds that "
                 "ever reach the target, and how many do. Missed by: what the mean lacks. Measured among the firms that the "
                 "target's programme is made for, with headquarters in its region. A share of firms told takes quarters as "
                 "independent; a share of firms supported counts each firm once and may exceed what lives on. The plan set "
                 "targets; the sources report no results.",
        "short": "Measured short of what the plan says:", "unmeasured_list": "Not measured:",
        "reached": "part of the target reached", "mark": "diamond: the target is due",
    },
    "es": {
        "title": "{caption} ({n}, escala {scale})",
        "heads": ("Nº", "Meta", "Plazo", "Pedido", "Logrado a esa fecha", "Cumplida (mundos)", "Faltó", "Veredicto"),
        "score": "De {all} metas, {met} se cumplen a tiempo en la mayoría de los mundos, {late} más tarde, {missed} no se "
                 "cumplen; {unmeasured} no se pueden medir.",
        "met": "a tiempo", "late": "tarde", "missed": "no", "never": "nunca", "none": "n/d", "unmeasured": "sin medir",
        "notes": "Logrado a esa fecha: promedio de los mundos del mejor valor hasta el plazo. Cumplida: año mediano de los "
                 "mundos que llegan a la meta, y cuántos son. Faltó: lo que le falta al promedio. Se mide entre las empresas "
                 "para las que es el programa de la meta, con casa matriz en su región. La parte de empresas informadas toma "
                 "los trimestres como independientes; la parte de empresas apoyadas cuenta cada una una vez. El plan fijó "
                 "metas; las fuentes no informan resultados.",
        "short": "Se mide menos de lo que dice el plan (en inglés):", "unmeasured_list": "Sin medir (razones en inglés):",
        "reached": "parte lograda de la meta", "mark": "rombo: plazo de la meta",
    },
}
