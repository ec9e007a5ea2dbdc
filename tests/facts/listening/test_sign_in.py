"""Sign-in addresses behind themselves."""

import pytest

from mblint.facts.listening.sign_in import sign_ins
from tests.facts.worlds import world

NGINX = "nginx.ingress.kubernetes.io"


def ingress(name: str, host: str, path: str, *, guarded: bool, signin: str = "https://$host/oauth2/start") -> str:
    notes = f'{NGINX}/auth-url: "http://auth/oauth2/auth", {NGINX}/auth-signin: "{signin}"' if guarded else ""
    backend = "{service: {name: s, port: {number: 80}}}"
    return f"""
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {{name: {name}, annotations: {{{notes}}}}}
        spec:
          rules:
            - host: {host}
              http: {{paths: [{{path: {path}, pathType: Prefix, backend: {backend}}}]}}
        """


SHOP = ingress("shop", "shop.example.org", "/", guarded=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SHOP, [("shop", "loops")]),
        (SHOP + ingress("auth", "shop.example.org", "/oauth2", guarded=False), [("auth", "free")]),
        (SHOP + ingress("auth", "other.example.org", "/oauth2", guarded=False), [("shop", "loops")]),
        (ingress("shop", "shop.example.org", "/", guarded=False), []),
        (ingress("shop", "shop.example.org", "/", guarded=True, signin="https://login.example.org/start"), []),
    ],
)
def test_the_route_of_the_longest_path_serves_the_page(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(row.object.name, row.verdict) for row in sign_ins(world(text))] == expected
