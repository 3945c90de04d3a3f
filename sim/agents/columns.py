"""Every attribute of a supplier, declared once: type, start value, unit, caption."""

from sim.table import Column

NEVER = -10_000
SLOTS = 6
PLANT = 5
"""The step of import substitution at which a plant runs."""

FOUNDERS = ("at start", "new founder", "spin-off of a supplier", "spin-off of a mine", "branch of an outsider", "university start-up",
             "subsidiary of a seller abroad")
AT_START, NEW_FOUNDER, SPIN_OFF, MINE_SPIN_OFF, OUTSIDER, START_UP, SUBSIDIARY = range(len(FOUNDERS))
ORIGINS = ("national", "foreign", "seller abroad")
NATIONAL, FOREIGN, SELLER_ABROAD = range(len(ORIGINS))
TIE_KINDS = ("shared client", "parent firm", "group", "introduced by a partner")
SHARED_CLIENT, PARENT_FIRM, GROUP, INTRODUCED = range(len(TIE_KINDS))
MICRO, SMALL, MEDIUM, LARGE = range(4)
"""Size classes by yearly sales, in the order of ``size_classes.csv``."""

SUPPLIER_COLUMNS: dict[str, Column] = {
    "alive": Column("bool", 0, "", "the row holds a living firm"),
    "uid": Column("uint64", 0, "", "identity that luck is keyed by"),
    "parent": Column("uint64", 0, "", "identity of the parent firm, 0 = none"),
    "region": Column("int64", 0, "region", "headquarters"),
    "subsector": Column("int64", 0, "subsector", "subsector"),
    "origin": Column("int8", 0, "code", "national, foreign-owned in the country, or seller abroad"),
    "home": Column("int16", 0, "code", "home country of the owner"),
    "owner_region": Column("int64", 0, "region", "region of the owner's household (abroad if foreign)"),
    "case": Column("int16", -1, "code", "case firm of the record, -1 = none"),
    "founded": Column("int64", 0, "quarter", "quarter of foundation"),
    "founder": Column("int8", 0, "code", "how the firm came to be"),
    "presence": Column("bool", 0, "", "headquarters or branch in a region", "regions"),
    # capability
    "capability": Column("float32", 0.4, "frontier", "capability relative to the world frontier"),
    "management": Column("float32", 0.0, "share", "management practice"),
    "skills": Column("float32", 0.0, "share", "skills of the staff"),
    "absorptive": Column("float32", 0.4, "share", "absorptive capacity"),
    "process_gain": Column("float32", 0.0, "share", "cost cut absorbed from process advice"),
    "delivery_gain": Column("float32", 0.0, "share", "failures avoided since process advice"),
    "time_gain": Column("float32", 0.0, "share", "operating time saved since process advice"),
    "certified_until": Column("int64", NEVER, "quarter", "last quarter of the certificate"),
    "entry_until": Column("int64", NEVER, "quarter", "last quarter of the entry certificate (NCh 2909)"),
    "trained": Column("int64", NEVER, "quarter", "start of the last training plan"),
    "research": Column("bool", 0, "", "has an R&D unit"),
    "sound_books": Column("bool", 0, "", "accounts that banks accept"),
    "contacts": Column("float32", 0.0, "contacts", "contacts abroad"),
    "substitution": Column("int8", 0, "stage", "step of the import-substitution chain (5 = plant runs)"),
    "university": Column("int16", -1, "institution", "university partner, -1 = none"),
    "innovated": Column("int64", NEVER, "quarter", "last innovation event"),
    # work and money
    "workers": Column("float64", 0.0, "workers", "staff"),
    "commuters": Column("float64", 0.0, "workers", "staff on sites who commute"),
    "capacity": Column("float64", 0.0, "UF/quarter", "sales that the staff can deliver at normal prices"),
    "committed": Column("float64", 0.0, "UF/quarter", "volume under contract with mines and tier 1"),
    "unit_cost": Column("float64", 1.0, "index", "full cost of one unit of volume"),
    "markup": Column("float64", 0.11, "share", "markup over full cost"),
    "other_demand": Column("float64", 0.0, "UF/quarter", "volume that other clients want"),
    "sales_mines": Column("float64", 0.0, "UF/quarter", "sales to mines"),
    "sales_tier2": Column("float64", 0.0, "UF/quarter", "sales to other suppliers of mines"),
    "sales_other": Column("float64", 0.0, "UF/quarter", "sales to other clients"),
    "sales_exports": Column("float64", 0.0, "UF/quarter", "exports"),
    "sales_year": Column("float64", 0.0, "UF/year", "sales of the last four quarters (moving)"),
    "mining_year": Column("float64", 0.0, "UF/year", "mining-related sales of the last four quarters (moving)"),
    "profit_year": Column("float64", 0.0, "UF/year", "profit before tax of the last four quarters (moving)"),
    "aspiration": Column("float64", 0.0, "UF/year", "sales that the firm aspires to"),
    "utilisation": Column("float64", 0.8, "share", "volume over capacity"),
    "cash": Column("float64", 0.0, "UF", "cash, negative = credit used"),
    "buffer_days": Column("float64", 60.0, "days of sales", "cash above which the owner takes profit out"),
    "distress": Column("int8", 0, "quarters", "quarters beyond the credit line"),
    "exporting_until": Column("int64", NEVER, "quarter", "end of the export contract"),
    "export_agreed": Column("float64", 0.0, "UF/quarter", "volume of the last export contract"),
    "exported": Column("int64", NEVER, "quarter", "last export"),
    "export_market": Column("int8", -1, "code", "market of the last export contract, -1 = none yet"),
    "awards_recent": Column("float32", 0.0, "awards", "awards of late, fading"),
    # relations
    "trust": Column("float32", 0.0, "share", "trust with each operation", "buyers"),
    "deliveries": Column("float32", 0.0, "deliveries", "deliveries that the operation remembers", "buyers"),
    "good": Column("float32", 0.0, "deliveries", "good ones among them", "buyers"),
    "link_since": Column("int32", NEVER, "quarter", "start of the running link with the operation", "buyers"),
    "joint_last": Column("int32", NEVER, "quarter", "last joint project with the operation", "buyers"),
    "joint_unpaid": Column("int32", NEVER, "quarter", "last joint project with the operation that no programme began", "buyers"),
    "sub_row": Column("int32", -1, "row", "known subcontractors", "slots"),
    "sub_uid": Column("uint64", 0, "", "their identities", "slots"),
    "sub_trust": Column("float32", 0.0, "share", "trust in them", "slots"),
    "tie_row": Column("int32", -1, "row", "horizontal partners", "slots"),
    "tie_uid": Column("uint64", 0, "", "their identities", "slots"),
    "tie_trust": Column("float32", 0.0, "share", "trust in them", "slots"),
    "tie_kind": Column("int8", 0, "code", "what the tie grew from", "slots"),
    "tie_used": Column("int32", NEVER, "quarter", "last joint bid or project not paid by a programme", "slots"),
    "group": Column("int32", -1, "association", "group of which the firm is a member"),
    # policy
    "aware": Column("bool", 0, "", "inside the agencies' network"),
    "agency_trust": Column("float32", 0.5, "share", "trust in each agency", "agencies"),
    "supported_ever": Column("bool", 0, "", "ever had public innovation support"),
    "last_support": Column("int64", NEVER, "quarter", "start of the last support"),
    "last_of_kind": Column("int16", NEVER, "quarter", "start of the last support of a kind that was no duplicate", "kinds of support"),
    "register_grade": Column("int8", 0, "grade", "grade in the register of suppliers, 1 to 5; 0 = not in it"),
    "sponsor": Column("int16", -1, "operation", "operation that sponsors the firm in a programme, -1 = none"),
    "size_class": Column("int8", 0, "code", "micro, small, medium, large by yearly sales"),
    "tier": Column("int8", 0, "code", "capability class, for the transition rate"),
}

MINE_COLUMNS: dict[str, Column] = {
    "alive": Column("bool", 0, "", "the operation is open"),
    "region": Column("int64", 0, "region", "where it stands"),
    "owner": Column("int8", 0, "code", "0 state, 1 foreign, 2 domestic"),
    "home": Column("int16", 0, "code", "home country of the owner"),
    "office": Column("float64", 0.0, "share", "part of its purchases decided in the capital"),
    "style_local": Column("float64", 0.1, "share", "0 transactional to 1 collaborative, towards national suppliers"),
    "style_foreign": Column("float64", 0.3, "share", "the same towards foreign suppliers"),
    "aversion": Column("float64", 0.75, "sd", "aversion to unknown quality"),
    "output": Column("float64", 0.0, "t/quarter", "copper produced"),
    "grade": Column("float64", 1.0, "index", "ore grade, 1 in the year of the table of suppliers"),
    "opex": Column("float64", 0.0, "UF/quarter", "operating cost"),
    "capex": Column("float64", 0.0, "UF/quarter", "capital expenditure"),
    "revenue": Column("float64", 0.0, "UF/quarter", "value of copper at the quarter's price"),
    "workers": Column("float64", 0.0, "workers", "own workers"),
    "target": Column("float64", 0.0, "UF/quarter", "purchases wanted by subsector", "subsectors"),
    "call_off": Column("float64", 1.0, "share", "part of contracted volume called off", "subsectors"),
    "payment_days": Column("float64", 30.0, "days", "days in which it pays"),
    "price_factor": Column("float64", 1.0, "share", "contract prices after renegotiation"),
    "squeeze_left": Column("float64", 0.0, "quarters", "quarters of squeeze left"),
    "projects": Column("int64", 0, "projects", "joint projects begun so far"),
}
