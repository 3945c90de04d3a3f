"""Words of the tables and figures of sensitivity analysis, in English and Spanish."""

from analysis.sensitivity.sweep import FACTORIAL, MORRIS, ONE_AT_A_TIME, SAMPLE, SOBOL

WORDS = {
    "en": {
        "factor": "Factor", "level": "Level", "verdict": "Told from luck?", "yes": "yes", "no": "no", "none": "n/a", "base": "base",
        "interval": "{low} to {high}",
        "mu_star": "mu*: mean|size of effect", "mu": "mu: mean|effect", "sigma": "sigma: uneven|or interacting",
        "first": "First-order|index", "total": "Total|index", "luck": "Luck|alone", "effect": "Paired|effect",
        "sign_share": "Replicates|with the sign", "p_adjusted": "p,|adjusted",
        "of": "95 % interval",
        "unjudged": "Of these factors nothing is said, because not every row has a number for them: {factors}. To judge a value of a "
                    "programme, sweep only scenarios that hold it; to compare scenarios, give each a sweep or use factorial.",
        "of_words": "Words have neither a range nor an order ({factors}): mu* is the mean size of a change from one to another.",
        "left": "{left} left out (failed, missing, or in a block that is not whole)",
        "title": {SOBOL: "Sobol' indices: {outcome}", MORRIS: "Morris screening: {outcome}",
                  ONE_AT_A_TIME: "One factor at a time: {outcome}",
                  SAMPLE: "First-order indices: {outcome}", FACTORIAL: "Main effects: {outcome}"},
        "notes": {
            SOBOL: "First-order: share of the variance that goes when the factor is known. Total: share that stays when all others are "
                   "known; above the first-order index where factors interact. Variance of means over replications, within the ranges of "
                   "this sweep. Luck alone: the total index of a factor that only reshuffled luck, from what replications disagree on; a "
                   "factor is told from luck when the interval of its total index lies above it.",
            MORRIS: "Effects of a move over the whole range of a factor{unit}. mu*: mean of their sizes, mu: of the effects with their "
                    "sign, sigma: their spread from place to place, from bends or interactions. Luck alone: the mu* of a factor that only"
                    " reshuffled luck, from what replications disagree on; a factor is told from luck when the interval of its mu* lies "
                    "above it.",
            ONE_AT_A_TIME: "Effects{unit} against the base, paired by seed, with all other factors at their base: interactions are not "
                           "seen. p is adjusted to a false discovery rate over all rows (Benjamini-Yekutieli).",
            FACTORIAL: "Effects{unit} against the first level of the factor (baseline, if it is one), paired by seed and averaged over all "
                       "settings of the other factors. p is adjusted to a false discovery rate over all rows (Benjamini-Yekutieli).",
            SAMPLE: "Share of the variance of means over replications that goes when the factor is known (RBD-FAST); interactions are "
                    "not seen. An interval that reaches zero is none that can be told from chance."},
        "of_luck": "Luck is {share} (95 % interval: {low} to {high}) of the variance of single worlds: {common} moves all rows alike, "
                   "{own} moves rows apart.",
        "no_luck": "One replication: what is luck cannot be told; ask for replications=2 or more.",
        "alone": "what luck alone would show", "main": "factors, each alone", "interaction": "factors together",
        "common": "luck, same for all rows", "own": "luck, row by row", "parts": "Variance of a single world (%)",
        "index": "share of the variance of row means",
        "whole": "effect over the whole range", "up": "mostly up", "down": "mostly down", "mixed": "both ways, or words",
        "change": "change from base", "line": "paired effect with its 95 % interval; hollow point: the base",
    },
    "es": {
        "factor": "Factor", "level": "Nivel", "verdict": "¿Se distingue|del azar?", "yes": "sí", "no": "no", "none": "n/d", "base": "base",
        "interval": "{low} a {high}",
        "mu_star": "mu*: tamaño|medio", "mu": "mu: efecto|medio", "sigma": "sigma: desigual|o interactúa",
        "first": "Índice de|primer orden", "total": "Índice|total", "luck": "Solo|azar", "effect": "Efecto|pareado",
        "sign_share": "Réplicas|con el signo",
        "p_adjusted": "p,|ajustada", "of": "intervalo 95 %",
        "unjudged": "De estos factores no se dice nada, porque no toda fila tiene un número para ellos: {factors}. Para juzgar un valor "
                    "de un programa, barra solo escenarios que lo tengan; para comparar escenarios, use un barrido cada uno o factorial.",
        "of_words": "Las palabras no tienen rango ni orden ({factors}): mu* es el tamaño medio de un cambio de una a otra.",
        "left": "Quedan fuera {left} (por falla, por ausencia o por un bloque incompleto)",
        "title": {SOBOL: "Índices de Sobol': {outcome}", MORRIS: "Tamizado de Morris: {outcome}",
                  ONE_AT_A_TIME: "Un factor a la vez: {outcome}",
                  SAMPLE: "Índices de primer orden: {outcome}", FACTORIAL: "Efectos principales: {outcome}"},
        "notes": {
            SOBOL: "Primer orden: parte de la varianza que desaparece al conocer el factor. Total: parte que queda al conocer todos los "
                   "demás; supera al primero donde hay interacciones. Varianza de promedios entre réplicas, en los rangos de este "
                   "barrido. Solo azar: el índice total de un factor que solo rebarajara el azar, según lo que discrepan las réplicas; un"
                   " factor se distingue del azar si el intervalo de su índice total queda por encima.",
            MORRIS: "Efectos de recorrer todo el rango de un factor{unit}. mu*: promedio de sus tamaños; mu: de los efectos con signo; "
                    "sigma: su dispersión entre lugares, por curvas o interacciones. Solo azar: el mu* de un factor que solo rebarajara "
                    "el azar, según lo que discrepan las réplicas; un factor se distingue del azar si el intervalo de su mu* queda por "
                    "encima.",
            ONE_AT_A_TIME: "Efectos{unit} respecto de la base, pareados por semilla, con los demás factores en su base: no se ven "
                           "interacciones. p se ajusta a una tasa de falsos hallazgos sobre todas las filas (Benjamini-Yekutieli).",
            FACTORIAL: "Efectos{unit} respecto del primer nivel del factor (baseline, si lo es), pareados por semilla y promediados sobre "
                       "todos los valores de los demás. p se ajusta a una tasa de falsos hallazgos sobre todas las filas "
                       "(Benjamini-Yekutieli).",
            SAMPLE: "Parte de la varianza de promedios entre réplicas que desaparece al conocer el factor (RBD-FAST); no se ven "
                    "interacciones. Un intervalo que llega a cero no se distingue del azar."},
        "of_luck": "El azar es {share} (intervalo de 95 %: {low} a {high}) de la varianza de mundos individuales: {common} mueve igual a "
                "todas las filas, {own} las separa.",
        "no_luck": "Una réplica: no se puede saber qué es azar; pida replications=2 o más.",
        "alone": "lo que mostraría solo el azar", "main": "factores, cada uno solo", "interaction": "factores en conjunto",
        "common": "azar, igual en todas las filas", "own": "azar, fila por fila", "parts": "Varianza de un mundo individual (%)",
        "index": "parte de la varianza de promedios por fila", "whole": "efecto en todo el rango", "up": "sobre todo sube",
        "down": "sobre todo baja", "mixed": "en ambos sentidos, o palabras", "change": "cambio respecto de la base",
        "line": "efecto pareado con su intervalo de 95 %; punto hueco: la base",
    },
}
