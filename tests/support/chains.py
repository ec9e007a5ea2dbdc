"""Chains of calls that go through all releases again and again."""

from textwrap import dedent


def chains(workloads: int, calls: int) -> str:
    """Workloads in ten releases and two namespaces; each calls the ones before it."""
    documents = []
    for number in range(workloads):
        urls = "".join(
            f'{{name: U{to}_URL, value: "http://w{to}.ns{to % 2}"}}, ' for to in range(max(0, number - calls), number)
        )
        documents.append(
            dedent(f"""\
            apiVersion: apps/v1
            kind: Deployment
            metadata: {{name: w{number}, namespace: ns{number % 2}, labels: {{release: r{number % 10}}}}}
            spec:
              selector: {{matchLabels: {{app: w{number}}}}}
              template:
                metadata: {{labels: {{app: w{number}}}}}
                spec: {{containers: [{{name: main, image: x, env: [{urls}]}}]}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {{name: w{number}, namespace: ns{number % 2}}}
            spec: {{selector: {{app: w{number}}}, ports: [{{port: 80}}]}}
            """)
        )
    return "---\n".join(documents)
