"""What evidence about a programme may speak of, and trials measure: captions, and how a shift is shown."""

MEASURED = {"awareness": "share", "certified": "share", "management": "plain", "training": "plain", "capability": "plain",
            "unit_cost": "relative", "research": "share", "innovation": "share", "ties": "plain", "joint_projects": "plain",
            "credit": "relative", "sales": "relative", "jobs": "relative", "exports": "relative", "survival": "share",
            "local_purchases": "share"}
"""Measure → percentage points, per cent of the twin, or as it is; in the order of the chain from news to survival."""
CAPTIONS = {
    "awareness": ("in the network", "en la red"), "certified": ("certified", "certificada"), "management": ("management", "gestión"),
    "training": ("skills", "competencias"), "capability": ("capability", "capacidad"), "unit_cost": ("unit cost", "costo unitario"),
    "research": ("R&D unit", "unidad de I+D"), "innovation": ("innovated", "innovó"), "ties": ("ties", "vínculos"),
    "joint_projects": ("joint projects", "proyectos conjuntos"), "credit": ("credit", "crédito"), "sales": ("sales", "ventas"),
    "jobs": ("jobs", "empleo"), "exports": ("exports", "exportaciones"), "survival": ("survival", "supervivencia"),
    "local_purchases": ("local purchases", "compras locales"),
}
"""Measure → caption in English and in Spanish."""
