"""Who calls whom.

Each module that knows a kind of caller yields `call.Call`s; `judged` judges them, whoever calls, by the way of the
packet (`mblint.facts.way`): `settings` (what containers are told to call), of which `dependencies` makes rows;
`routes`, `webhooks`, `scrapes` and `kube_api`, whose calls no setting makes. `asked` finds
such a call by how people name it, and `ways` tells its way.
From those: `dns` (who must resolve names), `targets` (ports by name that calls lead to), `call_graph`, `narrow` and
`questions` (calls as a graph, and parts of it). `inherited`: rows that repeat another's.
"""
