"""Everything a policy may touch: unit, neutral value, range, and how two pushes combine.

A quarter starts from neutral levers; running programmes push; stages read. Because pushes combine by maximum, minimum
or sum, the order of programmes does not matter and a programme that ends needs no undo.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOCAL_DEFINITIONS = ("hq", "hq_or_branch", "hq_small")
NO_PROGRAMME = -1


@dataclass(frozen=True)
class LeverSpec:
    """One lever. ``target`` tells the shape: supplier [n], buyer [M], buyer_local [M, 3 definitions], region [R], programme [P, R].

    A firm that a public programme pushes with a lever of ``innovation`` has had innovation support, as surveys ask for it.
    ``least_cost`` is the parameter with the least, in UF, that what a cost share pays for costs a firm; empty where it goes by sales.
    """

    name: str
    target: str
    unit: str
    neutral: float
    low: float
    high: float
    combine: str
    caption: str
    caption_es: str
    cost_share: bool = False
    innovation: bool = False
    least_cost: str = ""


def _lever(name: str, target: str, unit: str, high: float, combine: str, caption: str, caption_es: str,
           neutral: float = 0.0, low: float = 0.0, cost_share: bool = False, innovation: bool = False, least_cost: str = "") -> LeverSpec:
    return LeverSpec(name, target, unit, neutral, low, high, combine, caption, caption_es, cost_share, innovation, least_cost)


_DECLARED = (
    _lever("certification_cost_share", "supplier", "share", 0.95, "max", "public part of the cost of a certificate",
           "parte pública del costo de certificarse", cost_share=True, least_cost="certificate_cost"),
    _lever("entry_cost_share", "supplier", "share", 0.95, "max", "public part of the cost of an entry certificate (NCh 2909)",
           "parte pública del costo de un certificado de entrada (NCh 2909)", cost_share=True, least_cost="entry_cost"),
    _lever("rd_cost_share", "supplier", "share", 0.95, "max", "public part of the cost of R&D",
           "parte pública del costo de I+D", cost_share=True, innovation=True),
    _lever("training_cost_share", "supplier", "share", 0.95, "max", "public part of the cost of training",
           "parte pública del costo de capacitación", cost_share=True),
    _lever("mission_cost_share", "supplier", "share", 0.95, "max", "public part of the cost of missions and fairs",
           "parte pública del costo de misiones y ferias", cost_share=True, least_cost="mission_cost"),
    _lever("information", "supplier", "share", 1.0, "sum", "news of tenders and programmes that reaches a firm",
           "información de licitaciones y programas que llega a la empresa"),
    _lever("capability_gain", "supplier", "frontier/quarter", 0.02, "sum", "capability taught by advisers",
           "capacidad enseñada por asesores"),
    _lever("process_advice", "supplier", "share", 1.0, "max", "part of a firm's processes that advisers change",
           "parte de los procesos que cambia la asesoría"),
    _lever("management_gain", "supplier", "share/quarter", 0.10, "sum", "management practice taught by advisers",
           "gestión enseñada por asesores"),
    _lever("unit_cost_cut", "supplier", "share", 0.19, "max", "process advice: cut of unit cost once absorbed",
           "asesoría de procesos: reducción del costo unitario"),
    _lever("delivery_gain", "supplier", "share", 0.24, "max", "process advice: failures of delivery avoided",
           "asesoría de procesos: fallas de entrega evitadas"),
    _lever("substitution_help", "supplier", "share", 1.0, "max", "help with the running step of import substitution",
           "apoyo al paso en curso de sustitución de importaciones", innovation=True),
    _lever("university_contact", "supplier", "chance/quarter", 1.0, "max", "interns, theses and projects that lead to a university partner",
           "practicantes, tesis y proyectos que llevan a una universidad socia", innovation=True),
    _lever("university_funding", "supplier", "share", 1.0, "max", "part of the work of a university partner that a project pays",
           "parte del trabajo de la universidad socia que paga un proyecto", innovation=True),
    _lever("buyer_meeting", "supplier", "trust/quarter", 0.20, "max", "trust built with the buyer that sponsors the firm",
           "confianza creada con el comprador que apadrina a la empresa"),
    _lever("joint_project", "supplier", "chance/quarter", 1.0, "max", "joint projects with the buyer that sponsors the firm",
           "proyectos conjuntos con el comprador que apadrina a la empresa", innovation=True),
    _lever("first_refusal", "supplier", "share", 1.0, "max", "standing of a preferential contract with the buyer that sponsors the firm",
           "posición de un contrato preferente con el comprador que apadrina"),
    _lever("own_solution", "supplier", "chance/quarter", 1.0, "max", "innovation with a solution that the firm owns",
           "innovación con una solución propia", innovation=True),
    _lever("group_meeting", "supplier", "trust/quarter", 0.20, "max", "trust built among members of a group",
           "confianza creada entre miembros de un grupo"),
    _lever("joint_bid", "supplier", "0/1", 1.0, "max", "members may bid jointly", "los miembros pueden ofertar juntos"),
    _lever("visibility", "supplier", "factor - 1", 2.0, "sum", "more invitations through registers and meetings",
           "más invitaciones por registros y encuentros"),
    _lever("export_contact", "supplier", "contacts/quarter", 1.0, "sum", "contacts abroad made by promotion",
           "contactos en el extranjero por promoción"),
    _lever("credit_line", "supplier", "share of yearly sales", 0.30, "max", "guaranteed credit line",
           "línea de crédito garantizada"),
    _lever("sound_books", "supplier", "chance/quarter", 1.0, "max", "accounts put in order for banks",
           "contabilidad ordenada ante los bancos"),
    _lever("price_preference", "buyer_local", "share", 1.0, "max", "price preference for local bids",
           "preferencia de precio a ofertas locales"),
    _lever("set_aside", "buyer_local", "share of tenders", 1.0, "max", "part of tenders open to local firms only, if one bids",
           "parte de las licitaciones reservada a empresas locales, si alguna oferta"),
    _lever("payment_days_local", "buyer_local", "days", 90.0, "min", "days in which local firms are paid",
           "días de pago a empresas locales", neutral=90.0),
    _lever("unbundling", "buyer", "share", 0.9, "max", "part by which tenders are made smaller and more",
           "parte en que se achican y multiplican las licitaciones"),
    _lever("open_tenders", "buyer", "0/1", 1.0, "max", "large tenders do not ask for certificates",
           "las licitaciones grandes no exigen certificados"),
    _lever("resident_jobs", "buyer", "share", 1.0, "max", "least part of an operation's own jobs that residents hold",
           "parte mínima de los empleos propios de la faena en manos de residentes"),
    _lever("risk_share", "buyer", "share", 0.9, "max", "part of an innovation's cost that the buyer carries",
           "parte del costo de innovar que asume el comprador"),
    _lever("graduate_places", "region", "graduates/year", 20_000.0, "sum", "extra graduates and technicians",
           "egresados y técnicos adicionales"),
    _lever("pilot_infrastructure", "region", "share", 1.0, "max", "public place to pilot and test",
           "infraestructura pública de pilotaje"),
    _lever("forward_linkage", "region", "share of purchases", 1.0, "sum", "extra local processing of copper",
           "procesamiento local adicional del cobre"),
    _lever("wider_reach", "programme", "factor - 1", 2.0, "max", "news of aligned programmes that reaches more firms",
           "difusión más amplia de programas alineados"),
    _lever("shared_files", "programme", "share", 1.0, "max", "double funding that aligned programmes see and avoid",
           "doble financiamiento que los programas alineados evitan"),
    _lever("shared_agenda", "programme", "factor - 1", 2.0, "max", "applications that a shared agenda adds to aligned programmes",
           "postulaciones que una agenda común suma a programas alineados"),
)
LEVERS: dict[str, LeverSpec] = {lever.name: lever for lever in _DECLARED}


class Levers:
    """This quarter's lever values; cost-share levers also remember which programme pays."""

    def __init__(self, firms: int, buyers: int, regions: int, programmes: int = 0) -> None:
        self._shapes = {"buyer": (buyers,), "buyer_local": (buyers, len(LOCAL_DEFINITIONS)), "region": (regions,),
                        "programme": (programmes, regions)}
        self._values: dict[str, NDArray[np.float64]] = {}
        self._payers: dict[str, NDArray[np.int16]] = {}
        self._clipped: dict[str, NDArray[np.float64]] = {}
        self.pushed: set[str] = set()
        self.reset(firms)

    def reset(self, firms: int) -> None:
        """Back to neutral for ``firms`` table rows."""
        for spec in _DECLARED:
            shape = self._shapes.get(spec.target, (firms,))
            held = self._values.get(spec.name)
            if held is None or held.shape != shape:
                self._values[spec.name] = np.full(shape, spec.neutral)
                if spec.cost_share:
                    self._payers[spec.name] = np.full(shape, NO_PROGRAMME, np.int16)
            elif spec.name in self.pushed:
                held[:] = spec.neutral
                if spec.cost_share:
                    self._payers[spec.name][:] = NO_PROGRAMME
        self.pushed.clear()
        self._clipped.clear()

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """The lever's values this quarter, clipped to what the declaration allows."""
        if name not in self.pushed:
            return self._values[name]
        if name not in self._clipped:
            self._clipped[name] = np.clip(self._values[name], LEVERS[name].low, LEVERS[name].high)
        return self._clipped[name]

    def snapshot(self) -> tuple[dict[str, NDArray[np.float64]], set[str]]:
        """The values pushed, which copper plans by in the next quarter."""
        return {name: self._values[name].copy() for name in self.pushed}, set(self.pushed)

    def restore(self, held: tuple[dict[str, NDArray[np.float64]], set[str]]) -> None:
        """Become the levers that :meth:`snapshot` was taken of."""
        values, self.pushed = held
        self._values |= values
        self._clipped.clear()
        self._payers |= {name: np.full(array.shape, NO_PROGRAMME, np.int16) for name, array in values.items() if LEVERS[name].cost_share}

    def payer(self, name: str) -> NDArray[np.int16]:
        """Number of the programme behind each value of a cost-share lever (the strongest push), or NO_PROGRAMME."""
        return self._payers[name]

    def push(self, name: str, dose: float | NDArray[np.float64], where: Any, programme: int = NO_PROGRAMME) -> None:
        """Push ``dose`` (a number, or one an entry) into the entries ``where`` (each entry at most once a call)."""
        if not np.count_nonzero(dose != LEVERS[name].neutral):
            return
        values, spec = self._values[name], LEVERS[name]
        before = values[where]
        after = _combine(spec.combine, before, dose)
        if spec.cost_share:
            payers, held = self._payers[name], self._payers[name][where]
            payers[where] = np.where((after != before) | ((before == dose) & (programme < held)), programme, held)
        values[where] = after
        self.pushed.add(name)
        self._clipped.pop(name, None)


def _combine(how: str, before: NDArray[np.float64], dose: float | NDArray[np.float64]) -> NDArray[np.float64]:
    if how == "sum":
        return before + dose
    return np.maximum(before, dose) if how == "max" else np.minimum(before, dose)
