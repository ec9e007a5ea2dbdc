"""Measures what the processes of a PHP pool need: MiB of the master and of 1, 2, 4 and 8 children that have served.

    python benchmarks/models/pools.py SERVER NAME=FOLDER/FILE.php[?URI] …

SERVER: `php-fpm8.2`, or `apache2` with mod_php, whose processes serve alone, too. Each NAME is an application that is
set up; its FILE is asked for the page at URI, a pool of php-fpm as a server in front would ask it (FastCGI). Every
child serves a dozen requests, several at the same time, before the sum of the proportional set sizes is taken. What is
printed stands in `measured-pools.yaml`, which `rules/tables/pools.yaml` is taken from.
"""

from __future__ import annotations

import argparse
import http.client
import socket
import struct
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import linear_regression, median

from real_software import free_port, pss, started, tree

_CHILDREN = (1, 2, 4, 8)
_ROUNDS = 12
_RUNS = 3
_PATIENCE = 20  # seconds
_POOL = """\
[global]
error_log = /dev/null
[www]
user = www-data
listen = 127.0.0.1:{port}
pm = static
pm.max_children = {children}
"""
_PREFORK = """\
ServerName localhost
ServerRoot /etc/apache2
PidFile {home}/pid
ErrorLog /dev/null
Listen 127.0.0.1:{port}
Include mods-available/mpm_prefork.load
Include mods-available/php8.2.load
Include mods-available/php8.2.conf
Include mods-available/authz_core.load
User www-data
DocumentRoot {root}
StartServers {children}
MinSpareServers {children}
MaxSpareServers {children}
MaxRequestWorkers {children}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("applications", nargs="+")
    options = parser.parse_args()
    for application in options.applications:
        name, _, file = application.partition("=")
        mib = [median(_measured(options.server, file, number) for _ in range(_RUNS)) for number in _CHILDREN]
        child, base = linear_regression(_CHILDREN, mib)
        fit = f"base-mib: {base:.0f}, child-mib: {child:.1f}"
        print(f"- {{app: {name}, children: {list(_CHILDREN)}, mib: {[round(one) for one in mib]}, {fit}}}", flush=True)


def _measured(server: str, file: str, children: int) -> float:
    port = free_port()
    prefork = "apache" in server
    with tempfile.TemporaryDirectory() as home:
        pool = Path(home) / "pool.conf"
        root = Path(file.partition("?")[0]).parent
        pool.write_text((_PREFORK if prefork else _POOL).format(port=port, children=children, home=home, root=root))
        with started([server, *(("-D", "FOREGROUND", "-f") if prefork else ("-F", "-y")), str(pool)], None) as process:
            _waits_for(port)
            with ThreadPoolExecutor(2 * children) as callers:
                for _ in range(_ROUNDS):
                    list(callers.map(lambda _: (_page if prefork else _asked)(port, file), range(2 * children)))
            return sum(pss(pid) for pid in tree(process.pid))


def _waits_for(port: int) -> None:
    began = time.monotonic()
    while time.monotonic() - began < _PATIENCE:
        with socket.socket() as server:
            if server.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the pool does not listen")


def _page(port: int, application: str) -> bytes:
    """One request of a server that speaks HTTP."""
    path, _, page = application.partition("?")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", page or f"/{Path(path).name}", headers={"Connection": "close"})
    return connection.getresponse().read()


def _asked(port: int, application: str) -> bytes:
    """One request, without a body; what the application answers."""
    path, _, page = application.partition("?")
    file = Path(path)
    variables = {
        "SCRIPT_FILENAME": str(file),
        "SCRIPT_NAME": f"/{file.name}",
        "REQUEST_URI": page or "/",
        "PATH_INFO": page.removeprefix(f"/{file.name}"),
        "DOCUMENT_ROOT": str(file.parent),
        "REQUEST_METHOD": "GET",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
    }
    pairs = b"".join(_length(name) + _length(text) + name.encode() + text.encode() for name, text in variables.items())
    with socket.create_connection(("127.0.0.1", port), timeout=30) as server:
        begin = struct.pack(">HB5x", 1, 0)  # a responder that closes the connection
        server.sendall(_record(1, begin) + _record(4, pairs) + _record(4, b"") + _record(5, b""))
        return b"".join(iter(lambda: server.recv(65536), b""))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def _length(text: str) -> bytes:
    return struct.pack(">B", len(text)) if len(text) < 128 else struct.pack(">I", len(text) | 1 << 31)


if __name__ == "__main__":
    main()
