"""Which language a user reads: what was asked for, else a setting, else the shell's."""

import os
from collections.abc import Mapping

from sim.errors import InputError
from sim.wording import LANGUAGES

LANGUAGE_SETTING = "ENCADENA_LANG"


def language(asked: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """``en`` or ``es``: what was asked for, else ENCADENA_LANG, else the shell's language. Raises InputError."""
    for name, written in (("--lang", asked), (LANGUAGE_SETTING, environ.get(LANGUAGE_SETTING))):
        if written:
            if written not in LANGUAGES:
                raise InputError(f"{name} is {written!r}; write en or es")
            return written
    shell = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "es" if shell.startswith("es") else "en"
