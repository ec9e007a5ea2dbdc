"""What a JVM may take for buffers outside its heap (`-XX:MaxDirectMemorySize`), together with the heap.

It frees buffers in earnest when so much is taken. Where the heap alone is too large, `heap.py` says so.
Source: https://eclipse.dev/openj9/docs/xxmaxdirectmemorysize
"""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.facts.workers.heap import MIB, jvm_options, largest_heap
from mblint.facts.workers.models.recognise import Running
from mblint.facts.workers.runtime_heaps import Told
from mblint.regex import regex

_DIRECT = regex(r"(?:^|[\s\"'=])-XX:MaxDirectMemorySize=(\d+)([kKmMgGtT]?)(?=$|[\s\"',])")


def heap_and_buffers(cluster: Cluster, running: Running, limit: float) -> Told | None:
    """Both together, where both are said and the heap alone would fit into the limit (MiB)."""
    options = [one for one in jvm_options(cluster, running) if "MaxDirectMemorySize" in one.text]
    found = [(one, said) for one in options for said in _DIRECT.finditer(one.text)]
    heap = largest_heap(cluster, running, limit) if found else None
    if heap is None or heap.mib >= limit or heap.follows:
        return None
    one, said = found[-1]
    mib = heap.mib + int(said[1]) * MIB[said[2].lower()]
    words = f"{heap.said}, -XX:MaxDirectMemorySize={said[1]}{said[2]}{one.where}"
    what, before = "its heap and its direct buffers", "it frees the buffers that are no longer used"
    return Told(what, words, mib, one.place, before, soft=True)
