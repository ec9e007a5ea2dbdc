"""`mblint init`."""

from __future__ import annotations

from pathlib import Path

import click

from mblint.cli.configuration import FILE_NAME
from mblint.cli.output import Refused, emit

TEMPLATE = """\
# Configuration of mblint. It is read from the working directory, or from its nearest parent that has one.
# Everything is optional; what is commented out shows the default or an example.

# The lowest level that makes the exit code 1: error, warning, note, never.
fail-on: error

# A level of your own for a rule (error, warning, note), or off. `mblint rules` lists them.
rules: {}
#  unknown-service: note
#  oidc-redirect-unrouted: off

# What the render cannot say of the cluster it goes to.
cluster:
  # The cluster's DNS domain.
  domain: cluster.local
  # Where network policies see a Service's packet: before-policy (they see the pod's port, as with most network
  # plugins), after-policy (they see the Service's port), or either.
  service-translation: before-policy
  # helm: charts can look up Secrets that are in the cluster. manifests: they cannot (Argo CD, kubectl apply).
  applied-by: helm
  # Services that exist in the cluster and not in the render, as NAMESPACE/NAME; globs.
  external-services: []
  #  - monitoring/*
  # Private host names that your users' browsers can resolve; globs.
  browser-domains: []
  #  - "*.intranet.example"
  # Rewrites of the cluster's DNS: a glob of host names, and the host that it leads to.
  dns-rewrites: {}
  #  "*.127.0.0.1.sslip.io": traefik.traefik.svc
  # The ports that the cluster's DNS pods listen on.
  dns-ports: [53]
  # The nodes' CPU cores: for containers without a CPU limit, and for pools sized by the node.
  node-cores: 4

# What you know better than mblint: how workloads run. All of `match` are globs.
workloads: []
#  - match: {namespace: docs, name: docs-backend}
#    runtime: uvicorn
#    workers: 4
#    startup-cpu-seconds: 5
#    memory-mib: 700

# Findings that are meant to be so. A reason is required; `object` is a glob of NAMESPACE/KIND/NAME; any fact of the
# rule (`mblint facts` shows them) narrows it further. On an object itself, the annotation
# mblint.dev/ignore.RULE: "the reason" does the same.
ignore: []
#  - rule: egress-blocked
#    object: default/Job/drive-superuser*
#    host: drive-redis-master
#    reason: The job never opens Redis.
#    expires: 2027-03-01
"""


@click.command("init")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(force: bool) -> int:
    """Write a commented .mblint.yaml into the working directory."""
    try:
        with Path(FILE_NAME).open("w" if force else "x", encoding="utf-8") as file:
            file.write(TEMPLATE)
    except FileExistsError as error:
        raise Refused(f"{FILE_NAME} exists already (--force replaces it)") from error
    except OSError as error:
        raise Refused(f"{FILE_NAME}: cannot be written: {error.strerror}") from error
    emit(f"Wrote {FILE_NAME}: everything in it is explained, and optional.\n")
    return 0
