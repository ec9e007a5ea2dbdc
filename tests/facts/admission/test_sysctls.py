"""Which settings of the kernel a kubelet refuses."""

from __future__ import annotations

import pytest

from mblint.facts.admission.sysctls import sysctls
from tests.facts.worlds import world

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: %s
  securityContext: {sysctls: [{name: %s, value: "1"}]}
  containers: [{name: web, image: "registry.example/web:1"}]
"""


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("vm.max_map_count", "never"),
        ("vm/overcommit_memory", "never"),
        ("kernel.pid_max", "never"),
        ("fs.file-max", "never"),
        ("net.core.somaxconn", "unsafe"),
        ("kernel.shmmax", "unsafe"),
        ("fs.mqueue.msg_max", "unsafe"),
    ],
)
def test_settings_that_are_refused(name: str, verdict: str) -> None:
    assert [row.verdict for row in sysctls(world(POD % ("false", name)))] == [verdict]


@pytest.mark.parametrize("name", ["net.ipv4.tcp_syncookies", "kernel.shm_rmid_forced", "net/ipv4/tcp_fin_timeout"])
def test_safe_settings(name: str) -> None:
    assert list(sysctls(world(POD % ("false", name)))) == []


def test_no_setting_of_the_network_on_that_of_the_node() -> None:
    assert [row.verdict for row in sysctls(world(POD % ("true", "net.ipv4.tcp_syncookies")))] == ["never"]
    assert list(sysctls(world(POD % ("true", "kernel.shm_rmid_forced")))) == []
