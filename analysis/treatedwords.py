"""Words of the table of treated firms and twins, in English and Spanish."""

WORDS = {
    "en": {
        "undefined": "n/a",
        "title": "Treated firms against their twins: same firm, same luck, with and without the programme; "
                 "{n}, scale {scale}",
        "programme": "Programme", "pairs": "Pairs", "first": "Moved first", "then": "What followed", "cost": "Public cost",
        "evidence": "Beside the evidence (four years)", "year": "year", "points": "pp",
        "nobody": "selected nobody in two years",
        "nothing": "nothing that can be told from none", "per_firm": "{0} UF a firm", "a_year": "{0} UF a year",
        "others": "others {0} UF a year", "none_given": "no sign given in its file",
        "up": "up", "down": "down", "none": "unchanged", "unknown": "?", "hit": "as reported", "unseen": "not seen",
        "opposite": "otherwise", "open": "no sign reported", "untried": "not tried",
        "notes": "Each programme is forked into a world with and one without it when it begins (or when history begins). Firms "
                 "that it begins to support within two years are compared with themselves in the other world at the end of the "
                 "quarter in which support began (year 0) and one to four years later; where it selects no firm, all firms of its "
                 "regions are, from the fork on. Shown is the year in which an interval of 95 % first excludes zero, with the "
                 "shift of that year (0.1 % or more): pp percentage points, % of the twin, else in units of the measure. Local "
                 "purchases: of the mines of its regions, one pair a world. Signs are judged on the mean of the four years. Public "
                 "cost: what the programme spends within the trial, at scale 1, where late and leaving firms cost less than a whole "
                 "support; others: what all other programmes spend more or less because of it. Many "
                 "cells are looked at: one in twenty moves by chance.",
        "score": "Signs as reported: {hits} of {all}.", "misses": "Misses:",
        "small": "Scale {scale} is a quick look: programmes with groups count from scale 0.5 on, and few firms are a small sample.",
        "figure": "Treated firms against their twins, mean of four years; {n}",
        "up_mark": "up (95 % interval above zero)", "down_mark": "down", "none_mark": "not told from none",
        "hit_frame": "sign as the evidence reports", "miss_frame": "not as the evidence reports",
        "saved": "Tables are in {folder}, the figure is {figure}",
    },
    "es": {
        "undefined": "n/d",
        "title": "Empresas tratadas frente a sus gemelas: misma empresa, mismo azar, con y sin el programa; "
                 "{n}, escala {scale}",
        "programme": "Programa", "pairs": "Pares", "first": "Se movió primero", "then": "Lo que siguió", "cost": "Costo público",
        "evidence": "Frente a la evidencia (cuatro años)", "year": "año", "points": "pp",
        "nobody": "no eligió a nadie en dos años",
        "nothing": "nada que se distinga de cero", "per_firm": "{0} UF por empresa", "a_year": "{0} UF al año",
        "others": "otros {0} UF al año", "none_given": "su archivo no da signo",
        "up": "sube", "down": "baja", "none": "sin cambio", "unknown": "?", "hit": "como se informa", "unseen": "no se ve",
        "opposite": "distinto", "open": "sin signo informado", "untried": "sin probar",
        "notes": "Cada programa se bifurca en un mundo con él y otro sin él cuando empieza (o cuando empieza la historia). Las "
                 "empresas que empieza a apoyar en dos años se comparan consigo mismas en el otro mundo al cierre del trimestre en "
                 "que empezó el apoyo (año 0) y uno a cuatro años después; si no elige empresas, se comparan todas las de sus "
                 "regiones desde la bifurcación. Se muestra el año en que un intervalo del 95 % excluye el cero por primera vez, "
                 "con el cambio de ese año (0,1 % o más): pp puntos porcentuales, % de la gemela, si no en unidades de la medida. "
                 "Compras locales: de las mineras de sus regiones, un par por mundo. Los signos se juzgan por el promedio de los "
                 "cuatro años. Costo público: lo que el programa gasta dentro de la prueba, a escala 1, donde las empresas tardías y las "
                 "que se van cuestan menos que un apoyo entero; otros: lo que los demás programas gastan de más o de menos "
                 "por su causa. Se miran muchas celdas: una de veinte se mueve por azar.",
        "score": "Signos como se informan: {hits} de {all}.", "misses": "Fallas:",
        "small": "La escala {scale} es una mirada rápida: los programas con grupos cuentan desde la escala 0,5, y pocas empresas son "
                 "una muestra chica.",
        "figure": "Empresas tratadas frente a sus gemelas, promedio de cuatro años; {n}",
        "up_mark": "sube (intervalo del 95 % sobre cero)", "down_mark": "baja", "none_mark": "no se distingue de cero",
        "hit_frame": "signo como informa la evidencia", "miss_frame": "no como informa la evidencia",
        "saved": "Las tablas están en {folder}; la figura es {figure}",
    },
}
