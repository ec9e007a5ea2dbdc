"""The way of a packet: where a name, a port, a packet leads, and who stops it.

In the packet's order:

1. `endpoints`: a text, to the hosts and ports that it names.
2. `hosts`: a host name to where it leads, by `host_names` (what the name says by itself) and `for_pods` (a pod's
   resolver), with `unseen` for Services that may be there although no manifest shows them. `dns`: may the client ask?
3. `reach`: the Service and its port, the pods behind it and their port, the client's egress, the server's ingress, to a
   verdict, with the rule that decides or the nearest miss. Beside it `listeners` (a call to the pod itself) and
   `outside` (a call that leaves the cluster).
4. `steps`: the same way in words, step by step, with the rule that is missing. `ask`: from what a person types to it.

Whoever calls (`mblint.facts.callers`, the commands) uses it; it knows none of them. `members` finds what stands in the
way's midst: Jobs behind Services that are not for them.
"""
