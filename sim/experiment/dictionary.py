"""``dictionary.csv``: every table and column of a folder with type, unit and captions in English and Spanish."""

import csv
import io
from collections.abc import Collection, Mapping

from sim.outputs import ALWAYS, TABLES

HEAD = ("table", "column", "type", "unit", "caption", "caption_es")


def as_csv(tables: Collection[str], changed: Mapping[str, bool]) -> bytes:
    """The dictionary of these tables; ``changed`` are the columns of ``runs`` that hold what rows changed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for table in (*ALWAYS, *(name for name in TABLES if name in tables and name not in ALWAYS)):
        writer.writerows((table, column.name, column.type, column.unit, column.caption, column.caption_es) for column in TABLES[table])
    writer.writerows(("runs", name, "float64" if number else "string", "", "value that the row gave for this key",
                      "valor que la fila dio a esta clave")
                     for name, number in changed.items())
    return text.getvalue().encode()
