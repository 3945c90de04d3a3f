"""Every table and column that a run can write: type, unit, caption. ``dictionary.csv`` is made from this."""

from dataclasses import dataclass

from sim.agents.columns import SUPPLIER_COLUMNS
from sim.indicators import INDICATORS, RUN_INDICATORS
from sim.panels import CASE_NUMBERS, FIRM_FLAGS, FIRM_NUMBERS

LIGHT = "light"
"""Among the tables asked for: keep only the focal region's yearly values and the final indicators, as a sweep does."""


@dataclass(frozen=True)
class OutputColumn:
    """One column of an output table."""

    name: str
    type: str
    unit: str
    caption: str


def _c(name: str, kind: str, unit: str, caption: str) -> OutputColumn:
    return OutputColumn(name, kind, unit, caption)


KEYS = (_c("run_key", "string", "", "identity of the run: model, configuration and seed"),
        _c("scenario", "string", "", "scenario"),
        _c("replication", "int64", "", "number of the paired replication"))
_QUARTER = _c("quarter", "timestamp", "", "last day of the quarter")
_REGION = _c("region", "string", "", "region (slug); abroad for the rest of the world")

_INDICATORS = tuple(_c(i.name, "float64", i.unit, f"{i.caption} ({i.frequency}ly)") for i in INDICATORS)
INDEX_COLUMNS = (
    _c("cluster_index", "float64", "index", "enclave-cluster index: mean of its seven scaled components (yearly)"),
    _c("cluster_index_strict", "float64", "index", "the same with all thresholds 25 % harder (yearly)"),
    _c("cluster_index_lenient", "float64", "index", "the same with all thresholds 25 % easier (yearly)"),
    _c("regime", "float64", "code", "0 enclave, 1 hybrid, 2 cluster; a new label counts once held five years (yearly)"))

_RUNS = (
    _c("row", "int64", "", "row of the design"), _c("seed", "int64", "", "seed of the world"),
    _c("status", "string", "", "done or failed"), _c("seconds", "float64", "s", "time of the run"),
    _c("error_stage", "string", "", "stage in which a failed run stopped"), _c("error_quarter", "string", "",
       "quarter in which it stopped"),
    _c("error_exception", "string", "", "exception"), _c("error_traceback", "string", "", "traceback"),
    _c("error_replay", "string", "", "command that repeats the failed run"))
FINAL_COLUMNS = (*(_c(i.name, "float64", i.unit, f"{i.caption}: focal region, mean of the last five years") for i in INDICATORS),
                 *(_c(i.name, "float64", i.unit, f"{i.caption}: focal region, when asked for") for i in RUN_INDICATORS),
                 _c("cluster_index", "float64", "index", "enclave-cluster index: focal region, mean of the last five years"),
                 _c("regime", "float64", "code", "regime of the focal region at the end: 0 enclave, 1 hybrid, 2 cluster"))

_PROGRAMMES = (_c("programme", "string", "", "programme"), _REGION, _QUARTER,
               _c("told", "float64", "firms", "firms that heard of a call"), _c("applied", "float64", "firms", "firms that applied"),
               _c("selected", "float64", "firms", "firms selected"), _c("supported", "float64", "firms or places",
                  "under support in the quarter"),
               _c("public", "float64", "UF", "public spend"), _c("private", "float64", "UF", "private part"),
               _c("problems", "float64", "problems", "problems that buyers drafted"),
               _c("contracts", "float64", "firms", "firms whose solution worked and came under contract"),
               _c("open", "float64", "0/1", "takes applications in the quarter, by its calendar and rules"),
               _c("stopped", "float64", "0/1", "stop_when has ended it for good"),
               _c("prolonged", "float64", "quarters", "added to its calendar by renewals so far"),
               _c("windfall", "float64", "share", "part by which fund raises its budget and places this year"),
               _c("raised", "float64", "steps", "that ratchet has climbed so far (the value itself stops at up_to)"))
_LEDGER = (_QUARTER, _c("payer", "string", "", "class that pays"), _c("payee", "string", "", "class that receives"),
           _c("kind", "string", "", "what is paid"),
           _c("region", "string", "",
              "the supplier's region where a supplier is a side (owner's or branch's where the kind says so), else the payer's"),
           _c("uf", "float64", "UF", "amount"))
_FIRMS = (
    _QUARTER, _c("uid", "uint64", "", "identity of the firm"), _c("region", "string", "", "headquarters"), _c("subsector", "string", "",
        "subsector"),
    _c("origin", "string", "", "national, foreign or seller abroad"), _c("founder", "string", "", "how it came to be"),
    _c("size_class", "string", "", "class by yearly sales"), _c("case", "string", "", "case firm of the record"),
    _c("age_quarters", "int64", "quarters", "age"), _c("branches", "int64", "branches", "branches beside headquarters"),
    _c("certified", "bool", "", "certificate running"), _c("exported", "bool", "", "exported in three years"),
    _c("export_market", "string", "", "market of its last export contract (slug of markets.csv), empty = none yet"),
    _c("substitution_stage", "int64", "stage", "step of import substitution"), _c("clients", "int64", "operations",
       "operations that trust it"),
    *(_c(name, "bool", "", SUPPLIER_COLUMNS[name].caption) for name in FIRM_FLAGS),
    *(_c(name, "float64", SUPPLIER_COLUMNS[name].unit, SUPPLIER_COLUMNS[name].caption) for name in FIRM_NUMBERS))
_AWARDS = (
    _QUARTER, _c("buyer", "string", "", "operation (of the prime contractor for tier 2)"), _c("winner", "uint64", "",
        "identity of the winner; 0 if nobody won"),
    _c("tier", "int64", "", "1 operation's tender, 2 subcontract"), _c("new_to_buyer", "bool", "", "no delivery remembered"),
    _c("bidders", "int64", "firms", "offers"), _c("subsector", "string", "", "subsector"), _c("site", "string", "", "region of the mine"),
    _c("hq_region", "string", "", "winner's headquarters; empty, as all texts of the winner, if nobody won"),
    _c("delivering_place", "string", "", "from where it delivers"),
    _c("origin", "string", "", "owner's origin"), _c("size_class", "string", "", "winner's size"),
    _c("resident_work_share", "float64", "share", "residents in the crew on site"), _c("value", "float64", "UF",
       "volume of the contract at normal prices"),
    _c("price", "float64", "index", "price of the winner (1 = a mean firm of the capital at the normal markup)"))
_TIES = (_QUARTER, _c("source", "uint64", "", "supplier"), _c("target", "string", "", "operation or supplier"), _c("kind", "string", "",
    "kind of tie"),
         _c("trust", "float64", "share", "trust"))
_LABOUR = (_QUARTER, _c("workplace", "string", "", "region of the job"), _c("employer", "string", "", "kind of employer"),
           _c("residence", "string", "", "in the region or commutes"),
           _c("home_region", "string", "", "where the income goes; the model sends that of all commuters to the capital's region"),
           _c("jobs", "float64", "jobs", "jobs"),
           _c("wage", "float64", "UF/quarter", "gross wage"))

_CASES = (
    _QUARTER, _c("case", "string", "", "case firm of the record"), _c("region", "string", "", "headquarters"),
    _c("contracts", "int64", "contracts", "running contracts"), _c("contract_value", "float64", "UF/year", "their yearly value"),
    _c("clients", "int64", "operations", "operations that trust it"), _c("partners", "int64", "firms", "horizontal partners"),
    _c("joint_projects", "int64", "projects", "joint projects with operations in four quarters"),
    _c("certified", "bool", "", "certificate running"), _c("research", "bool", "", "has an R&D unit"),
    _c("innovated", "bool", "", "an innovation in two years"), _c("university", "bool", "", "has a university partner"),
    _c("exports_year", "float64", "UF/year", "exports, at the quarter's rate"),
    _c("programmes", "string", "", "programmes that support it, joined by +"),
    *(_c(name, "float64", SUPPLIER_COLUMNS[name].unit, SUPPLIER_COLUMNS[name].caption) for name in CASE_NUMBERS))
_TRADES = (
    _QUARTER, _c("region", "string", "", "headquarters"), _c("subsector", "string", "", "subsector"),
    _c("firms", "float64", "firms", "suppliers"), _c("small_firms", "float64", "firms", "micro and small ones among them"),
    _c("certified", "float64", "firms", "with a running certificate"),
    _c("certified_small", "float64", "firms", "micro and small ones with a certificate, the entry norm included"),
    _c("research", "float64", "firms", "with an R&D unit"), _c("plants", "float64", "firms", "whose plant for an import substitute runs"),
    _c("exporting", "float64", "firms", "that exported in three years"),
    _c("supported", "float64", "firms", "whose last support began in the year"))
_SUPPORTS = (_QUARTER, _c("programme", "string", "", "programme"),
             _c("uid", "uint64", "", "identity of the firm that is supported from now on"),
             _c("region", "string", "", "its headquarters"), _c("subsector", "string", "", "its subsector"))

TABLES: dict[str, tuple[OutputColumn, ...]] = {
    "runs": (*KEYS, *_RUNS, *FINAL_COLUMNS),
    "series": (*KEYS, _QUARTER, _REGION, *_INDICATORS, *INDEX_COLUMNS),
    "programmes": (*KEYS, *_PROGRAMMES), "ledger": (*KEYS, *_LEDGER), "firms": (*KEYS, *_FIRMS), "awards": (*KEYS, *_AWARDS),
    "ties": (*KEYS, *_TIES), "labour": (*KEYS, *_LABOUR),
    "cases": (*KEYS, *_CASES), "trades": (*KEYS, *_TRADES), "supports": (*KEYS, *_SUPPORTS)}
"""Table → its columns, keys first."""
ALWAYS = ("runs", "series", "programmes", "ledger")
ON_REQUEST = ("firms", "awards", "ties", "labour", "cases", "trades", "supports")
