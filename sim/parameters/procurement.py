"""Tenders, invitation, award, prices."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Procurement:
    """Tenders, invitation, award, prices."""

    tender_median: float = declare(
        60_000.0, "US$", 30_000, 120_000, "median value of a tender", "valor mediano de una licitación", J, floor=100)
    tender_sigma: float = declare(2.0, "log points", 1.5, 2.3, "sd of log tender value", "desviación del log del valor", J,
                                  floor=0.1, ceiling=4)
    tender_cap: float = declare(
        0.20, "share", 0.10, 0.35, "largest tender over the buyer's yearly purchase in the subsector",
        "licitación máxima sobre la compra anual del subsector", J, floor=0.001, ceiling=1)
    need_spread: float = declare(0.12, "frontier", 0.06, 0.2, "sd of the knowledge a tender needs",
                                 "desviación del conocimiento requerido", J, ceiling=1)
    invited_names: float = declare(12.0, "names", 6, 16, "names invited to a tender", "invitados a una licitación", J, floor=2,
                                   ceiling=16)
    invited_incumbents: float = declare(4.0, "names", 2, 6, "trusted incumbents among the invited",
                                        "incumbentes de confianza entre los invitados", J, ceiling=8)
    size_fit_width: float = declare(1.2, "log points", 0.8, 1.8, "width of the fit of firm size to contract",
                                    "ancho del ajuste tamaño-contrato", J, floor=0.1)
    size_exponent: float = declare(0.25, "1", 0.0, 0.7, "invitation weight grows with size to this power",
                                   "exponente del tamaño en la invitación", J, ceiling=1)
    smallest_contract: float = declare(0.0005, "share", 0.0, 0.01, "smallest contract that a firm bids for, a year, in its capacity",
                                       "menor valor anual de contrato por el que una empresa oferta, sobre su capacidad",
                                       "judgement: writing a bid costs more in a larger firm", ceiling=0.1)
    office_bonus: float = declare(1.5, "factor", 1.0, 3.0, "invitation weight of presence at the procurement office",
                                  "peso de estar junto a la oficina de compras", J, floor=1, ceiling=5)
    site_bonus: float = declare(2.2, "factor", 1.0, 3.0, "invitation weight of presence near the mine",
                                "peso de estar cerca de la mina", J, floor=1, ceiling=5)
    award_bonus: float = declare(0.5, "factor - 1", 0.2, 1.0, "extra invitations of firms known by past awards",
                                 "invitaciones extra por adjudicaciones pasadas", J, ceiling=2)
    price_weight: float = declare(6.7, "1", 4, 10, "award: weight of log price", "adjudicación: peso del log precio", J)
    quality_weight: float = declare(2.0, "1", 0.5, 5, "award: weight of believed quality", "adjudicación: peso de calidad creída", J)
    trust_weight: float = declare(2.0, "1", 1, 4, "award: weight of trust", "adjudicación: peso de la confianza", J)
    certificate_weight: float = declare(0.5, "1", 0.2, 1.0, "award: weight of a certificate", "adjudicación: peso del certificado", J)
    distance_weight: float = declare(0.6, "1", 0.3, 4, "award: weight of urgency x log distance",
                                     "adjudicación: peso de urgencia x log distancia", J)
    shortfall_weight: float = declare(8.0, "1/frontier", 3, 15, "award: weight of missing knowledge",
                                      "adjudicación: peso del conocimiento faltante", J)
    certified_tenders: float = declare(0.15, "share", 0.05, 0.4, "tenders of certified_value and more open to certified firms only",
                                       "licitaciones desde certified_value sólo para certificados", J, ceiling=1)
    price_preference: float = declare(0.02, "share", 0.0, 0.20, "price preference for local bids at the start",
                                      "preferencia de precio local inicial", J, ceiling=1)
    risk_aversion: float = declare(0.75, "1", 0, 1.5, "buyers' mean aversion to unknown quality (sd of the belief)",
                                   "aversión media a la calidad desconocida", J, ceiling=5)
    belief_good: float = declare(6.8, "deliveries", 3, 12, "prior good deliveries in every belief",
                                 "entregas buenas a priori", "one common prior for all regions (judgement)", floor=0.1)
    belief_bad: float = declare(1.2, "deliveries", 0.5, 3, "prior bad deliveries in every belief", "entregas malas a priori",
                                "one common prior for all regions (judgement)", floor=0.1)
    belief_forgetting: float = declare(0.03, "1/quarter", 0.01, 0.08, "forgetting of experience", "olvido de la experiencia", J,
                                       ceiling=1)
    own_experience: float = declare(4.0, "deliveries", 2, 10, "own deliveries that weigh as much as the group's belief",
                                    "entregas propias que pesan como la creencia", J, floor=0.1)
    abroad_landed: float = declare(0.10, "share", -0.05, 0.20, "landed price of sellers abroad above the frontier's cost",
                                   "sobrecosto de vendedores externos", J, floor=-0.5, ceiling=1)
    abroad_part: float = declare(0.5, "share", 0.3, 0.7, "part of the foreign share that is sold directly from abroad",
                                 "parte de la cuota extranjera vendida desde fuera", J, ceiling=1)
    abroad_capacity: float = declare(1.3, "factor", 1.0, 2.0, "capacity of sellers abroad over their initial sales",
                                     "capacidad de vendedores externos sobre ventas iniciales", J, floor=0.1)
    mobilisation: float = declare(0.02, "1/log km", 0.0, 0.04, "cost of mobilising crews over distance",
                                  "costo de movilizar cuadrillas", J, ceiling=0.5)
    markup: float = declare(0.11, "share", 0.06, 0.18, "initial and normal markup over full cost",
                           "margen inicial y normal sobre costo", J, ceiling=1)
    markup_step: float = declare(0.02, "share/quarter", 0.005, 0.04, "step by which markups follow utilisation",
                                 "paso del margen según utilización", J, ceiling=0.5)
    markup_wins: float = declare(0.01, "share/quarter", 0.0, 0.03, "rise of the markup of a firm that wins all its bids, over the normal",
                                 "alza del margen de quien gana todas sus ofertas, sobre lo normal", J, ceiling=0.5)
    normal_wins: float = declare(0.1, "share", 0.08, 0.13, "part of its bids that a firm wins in normal times",
                                 "parte de sus ofertas que una empresa gana normalmente",
                                 "judgement: about one of ten bidders wins", ceiling=1)
    markup_return: float = declare(0.05, "1/quarter", 0.02, 0.15, "return of markups to the initial one",
                                   "retorno de los márgenes al inicial", J, ceiling=1)
    management_slope: float = declare(0.10, "1", 0.0, 0.3, "productivity gained over the range of management practice",
                                      "productividad ganada con la gestión", J, ceiling=1)
    labour_weight: float = declare(0.5, "1", 0.3, 0.8, "weight of regional wages in unit cost (wages and local inputs)",
                                   "peso del salario regional en el costo", J, ceiling=1)
    scale_economy: float = declare(0.015, "1/log", 0.0, 0.04, "fall of unit cost with the log of size", "economías de escala", J,
                                   ceiling=0.2)
    overtime: float = declare(1.10, "factor", 1.0, 1.25, "volume a firm can deliver over its normal capacity", "sobretiempo posible", J,
                              floor=1, ceiling=2)
    yielding: float = declare(0.8, "share", 0.5, 1.0, "part of other clients' demand that does not give way to mining contracts",
                              "demanda de otros clientes que no cede a la minería", J, ceiling=1)
    pooled: float = declare(0.5, "share", 0.2, 0.8, "part of partners' free capacity that a joint bid counts on",
                            "capacidad libre de socios en oferta conjunta", J, ceiling=1)
    lead_part: float = declare(0.3, "share", 0.2, 0.5, "least part of a joint contract that the bidder does itself",
                               "parte mínima de un contrato conjunto que hace quien oferta", J, ceiling=1)
    infrastructure_cost: float = declare(0.10, "share", 0.0, 0.2, "cost of missing infrastructure", "costo de falta de infraestructura",
                                         J, ceiling=1)
    productivity_slope: float = declare(0.35, "1/frontier", 0.2, 0.7, "productivity gained over the whole range of capability",
                                        "productividad ganada con la capacidad", J, ceiling=2)
    price_memory: float = declare(0.2, "1/quarter", 0.05, 0.5, "speed at which buyers learn the price level",
                                  "velocidad con que se aprende el nivel de precios", J, ceiling=1)
    tier2_threshold: float = declare(150_000.0, "US$", 50_000, 400_000, "contract value above which a winner subcontracts",
                                     "valor sobre el cual se subcontrata", J)
    incumbent_trust: float = declare(0.20, "trust", 0.1, 0.4, "trust that makes a supplier an incumbent", "confianza de incumbente", J,
                                     floor=0.01, ceiling=1)
    office_value: float = declare(250_000.0, "US$", 100000, 500000,
        "contract value above which presence at the procurement office counts", "valor desde el que cuenta la oficina de compras", J)
    site_value: float = declare(50_000.0, "US$", 20000, 100000, "contract value below which the site decides",
        "valor bajo el que decide la faena", J)
    certified_value: float = declare(1_000_000.0, "US$", 250000, 4000000, "contract value from which a certificate may be required",
        "valor desde el que se puede exigir certificado", J)
    sure_weight: float = declare(4.0, "factor", 2, 8, "invitation weight at which a proposed name is surely invited",
        "peso con que un nombre es invitado con certeza", J, floor=0.1)
    award_fading: float = declare(0.1, "1/quarter", 0.05, 0.25, "fading of past awards from memory", "olvido de adjudicaciones", J,
        ceiling=1)
    information_visibility: float = declare(0.5, "factor - 1", 0.2, 1.0, "extra invitations of firms that agencies inform",
        "invitaciones extra de empresas informadas por agencias", J, ceiling=2)
    aversion_spread: float = declare(0.5, "share", 0, 0.8, "spread of operations' aversion to unknown quality around its mean",
        "dispersión de la aversión entre operaciones", J, ceiling=1)
    tier2_own_trade: float = declare(0.5, "share", 0.3, 0.7, "subcontracts that stay in the prime contractor's trade",
        "subcontratos en el mismo rubro", J, ceiling=1)
    normal_use: float = declare(0.9, "share", 0.8, 0.95, "use of capacity that firms plan for", "uso planificado de la capacidad", J,
        floor=0.3, ceiling=1)
    markup_floor: float = declare(0.02, "share", 0, 0.05, "lowest markup", "margen mínimo", J, ceiling=1)
    markup_ceiling: float = declare(0.35, "share", 0.2, 0.5, "highest markup", "margen máximo", J, ceiling=2)
