"""The rules of the model as a plain Mesa model: objects, dictionaries and Python loops; no columns, no kernels.

It answers one question: how much faster is the model than the same rules written the way most Mesa models are. It is
written as a careful modeller would write it (relations in dictionaries that hold only what exists, facts of a quarter
computed once, no work that no rule asks for), not slowed down on purpose and not tuned.

It covers, rule by rule as in ``sim/stages``: purchases and the squeeze, tenders, invitation of incumbents and
strangers, award with capacity left, subcontracts, delivery of every contract, trust, experience and beliefs, joint
projects, subcontractors, horizontal ties, absorptive capacity, certificates, R&D, training, missions, universities,
learning by all eight channels, import substitution, innovation, exports, other clients, costs, credit, tax, payout, an
account for every class and region, branches, moves, exit, entry, jobs, commuting, graduates, wages and rents, and the
main indicators by region.

It leaves out: programmes, groups and levers (seven programmes of the record run in the compared baseline), the
documented firms, followers of a newly opened mine, subsidiaries of sellers
abroad, the check of every account, the detailed tables, most of the fifty
indicators, and keyed luck (it draws from ``random.Random``, so that it follows the model in distribution, not in each
event). Everything left out makes it faster. It starts from the state of a running model.
"""

from tests.benchmarks.plain.model import PlainCluster

__all__ = ["PlainCluster"]
