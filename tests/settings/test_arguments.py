"""Command lines, shells, and scripts."""

import json
import textwrap

import pytest

from mblint.cluster.secrets import reveal
from mblint.settings.names import Origin, Role

from .told import config_map, line_and_column, mounted, pod, secret, told, values


def arguments(*command: str, more: str = "") -> dict[str, str]:
    rows = told(pod(f"command: {json.dumps(command)}\n{more}"))
    return {row.key: str(row.value) for row in rows if row.origin is Origin.ARGUMENT}


def script(text: str, more: str = "") -> dict[str, str]:
    return arguments("/bin/sh", "-ec", textwrap.dedent(text), more=more)


@pytest.mark.parametrize(
    ("word", "key", "value"),
    [
        ("--redis-url=redis://cache:6379", "--redis-url", "redis://cache:6379"),
        ("-config.file=/etc/app.yaml", "-config.file", "/etc/app.yaml"),
        ("-Djgroups.dns.query=peers.ns.svc", "-Djgroups.dns.query", "peers.ns.svc"),
        ("BACKEND=http://api", "BACKEND", "http://api"),
        ("http://api:80/path", "app", "http://api:80/path"),
        ("api:8080", "app", "api:8080"),
    ],
)
def test_one_word_that_says_something(word: str, key: str, value: str) -> None:
    assert arguments("app", word) == {key: value}


def test_an_option_takes_the_next_word_unless_that_is_an_option() -> None:
    assert arguments("app", "--verbose", "--host", "db", "run") == {"--verbose": "", "--host": "db"}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (
            '"mongodb://root:$(echo $PW | sed "s/@/%40/")@localhost:27017/admin"',
            "mongodb://root:$()@localhost:27017/admin",
        ),
        ("redis://:`cat /pw`@cache:6379", "redis://:$()@cache:6379"),
        ('"postgres://${DB_USER}:${DB_PASS}@db/shop?sslmode=off"', "postgres://$()@db/shop?sslmode=off"),
    ],
)
def test_a_url_is_known_but_for_its_login(word: str, value: str) -> None:
    assert script(f"app --store {word}") == {"--store": value}


@pytest.mark.parametrize(
    "word", ["redis://:pw@$(hosts):6379", "redis://:$(pw)@cache/$(number)", "$(scheme)://:pw@cache"]
)
def test_what_else_of_a_url_is_not_known_leaves_all_of_it_open(word: str) -> None:
    assert script(f"app --store {word}").get("--store", "") in ("", "None")


def test_args_without_a_command_are_all_arguments() -> None:
    rows = told(pod('args: ["--upstream=http://web:80", "http://api"]'))
    assert [(row.key, row.value) for row in rows] == [("--upstream", "http://web:80"), ("args", "http://api")]


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("curl -sS -H 'Host: x.example' http://api:80/health", "curl", "http://api:80/health"),
        ("curl -fsS api:9200/_cluster", "curl", "http://api:9200/_cluster"),
        ("wget -q -O /tmp/out http://files/x", "wget", "http://files/x"),
        ("psql -U app -h db -c 'select 1'", "psql -h", "db:5432"),
        ("psql -p 6432 --host=db -f http.sql", "psql --host", "db:6432"),
        ("until pg_isready -h db -p 5433; do sleep 1; done", "pg_isready -h", "db:5433"),
        ("redis-cli -h cache -a secret ping", "redis-cli -h", "cache:6379"),
        ("mysql -hdb -uroot", "mysql -h", "db:3306"),
        ("while ! nc -z -w 1 db 5432; do sleep 1; done", "nc", "db:5432"),
        ("wait-for-it.sh db:5432 --timeout=3 -- app", "wait-for-it.sh", "db:5432"),
        ("ssh -i /key -p 2222 me@bastion sleep 9", "ssh", "bastion:2222"),
        ("autossh -M 0 -N -L 5432:db:5432 me@bastion", "autossh", "bastion:22"),
        ("ssh -N -R 8080:api:8081 bastion", "ssh -R", "api:8081"),
        ("rsync -a -e 'ssh -q' /data/ me@files:/backup", "rsync", "files:22"),
        ("rsync -a /data/ files::backup", "rsync", "files:873"),
        ("pgbench -i -h db -p 6432 -U app app", "pgbench -h", "db:6432"),
        ("mosquitto_pub -t a/b -h broker -m 1", "mosquitto_pub -h", "broker:1883"),
        ("mosquitto_sub -L mqtt://broker:1884/a", "mosquitto_sub -L", "mqtt://broker:1884/a"),
        ("rabbitmqadmin --host broker list queues", "rabbitmqadmin --host", "broker:15672"),
        ("scp -P 2222 -i /key /data/x me@files:/backup", "scp", "files:2222"),
        ("scp me@files:/backup/x /data/", "scp", "files:22"),
        ("sftp -b /batch me@files:/in", "sftp", "files:22"),
        ("sftp -P 2222 files", "sftp", "files:2222"),
        ("iperf3 -t 5 -c peer", "iperf3 -c", "peer:5201"),
        ("H=db; P=5432; until (echo > /dev/tcp/$H/$P) 2>/dev/null; do sleep 1; done", "/dev/tcp", "db:5432"),
        ('nc -z "db.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc" 80', "nc", "db.default.svc:80"),
        ("wait-for-port --host=files --state=inuse 9000", "wait-for-port --host", "files:9000"),
        ("dockerize -wait tcp://db:5432 app", "dockerize -wait", "tcp://db:5432"),
        ("mc alias set store http://files:9000 $USER key", "mc", "http://files:9000"),
        ('if [ "$(curl -s http://api/ready)" = ok ]; then true; fi', "curl", "http://api/ready"),
        ("curl \\\n  --fail \\\n  http://api/multi", "curl", "http://api/multi"),
        ("exec env MODE=x curl http://api", "curl", "http://api"),
        ("bash -c 'curl http://nested'", "curl", "http://nested"),
    ],
)
def test_programs_that_connect(line: str, key: str, value: str) -> None:
    rows = [row for row in told(pod(f"command: {json.dumps(['sh', '-c', line])}")) if row.key == key]
    assert [(row.value, row.role) for row in rows] == [(value, Role.CALLS)]


@pytest.mark.parametrize(
    "text",
    [
        "for h in a b; do curl http://$h; done",
        "for h in a b\ndo\n  curl http://$h\ndone",
        'for h in a:1 b:2; do curl "http://${h%%:*}"; done',
        'for h in x/a x/b; do curl "http://${h##*/}"; done',
        "hosts='a b'\nfor h in $hosts; do until curl http://$h; do sleep 1; done; done",
        "if true; then for h in a b; do curl http://$h; done; fi",
        "for h in a b; do curl http://$h; done <<EOF\nx\nEOF",
        "x=$(for h in a b; do curl http://$h; done)",
    ],
)
def test_a_loop_over_words_is_read_for_each(text: str) -> None:
    assert called(text) == ["http://a", "http://b"]


def test_loops_in_loops_and_what_stays_the_same() -> None:
    nested = "for h in a b; do curl http://x; for p in 1 2; do curl http://$h:$p; done; done; curl http://$h"
    assert called(nested) == ["http://x", *(f"http://{h}:{p}" for h in "ab" for p in "12"), "http://b"]


def test_a_loop_is_bounded() -> None:
    text = f"for h in {' '.join(f'h{number}' for number in range(1000))}; do curl http://$h; done"
    assert len(called(text)) == 32
    deep = "".join(f"for v{depth} in {'1 ' * 30}; do " for depth in range(8)) + "curl http://a; " + "done; " * 8
    assert called(deep) == ["http://a"]


def called(text: str) -> list[str]:
    words = json.dumps(["sh", "-c", text])
    return [reveal(row.value or "") for row in told(pod(f"image: x\ncommand: {words}")) if row.key == "curl"]


@pytest.mark.parametrize(
    "text",
    [
        "# curl http://api",
        "cat <<EOF > /tmp/x\ncurl http://api\nEOF",
        "echo 'see http://api' | grep http://api",
        "curl http://$UNKNOWN/x",
        "curl http://$(hostname)/x",
        "curl http://`hostname`/x",
        "psql -h $DB_HOST -p 5432",
        "read HOST; curl http://$HOST",
        "for h in $(hosts); do curl http://$h; done",
        "mc admin info http://api",
        "cp http://a:80 http://b:80",
    ],
)
def test_what_says_nothing(text: str) -> None:
    assert script(text) == {}


def test_the_machine_itself_is_no_dependency() -> None:
    rows = told(pod(f"command: {json.dumps(['sh', '-c', 'curl http://localhost:80; nc -z 127.0.0.1 80'])}"))
    assert [row.role for row in rows] == [Role.UNKNOWN, Role.UNKNOWN]


def test_variables_of_the_environment_and_of_the_script() -> None:
    more = "env: [{name: HOST, value: api}]"
    found = script('PORT=8080\nexport SCHEME=http\ncurl "$SCHEME://${HOST}:$PORT/${PATH_OF:-health}"', more)
    assert found["curl"] == "http://api:8080/health"
    assert found["PORT"] == "8080"
    assert script("HOST=$(find)\ncurl http://$HOST", more) == {}


def test_an_assignment_before_a_command_does_not_outlive_it() -> None:
    assert "curl" not in script("HOST=api true\ncurl http://$HOST")


def test_a_secret_in_a_script_makes_its_word_secret() -> None:
    command = json.dumps(["sh", "-c", "curl http://u:$PASSWORD@api/"])
    container = f"command: {command}\nenv: [{{name: PASSWORD, valueFrom: {{secretKeyRef: {{name: s, key: p}}}}}}]"
    (row,) = [row for row in told(pod(container) + secret("s", "p: hunter2")) if row.key == "curl"]
    assert row.secret
    assert "hunter2" not in repr(row.value)


def test_words_are_placed_inside_the_script() -> None:
    text = pod("command: [sh, -c]\nargs:\n- |\n  set -e\n  wait-for-it db:5432 -- app --cache='redis://c:1'\n")
    lines = text.splitlines()
    for row in told(text):
        line, column = line_and_column(row)
        assert lines[line - 1][column - 1 :].startswith(str(row.value)), row.key


def test_mounted_scripts_count_only_where_they_are_run() -> None:
    data = "wait.sh: |\n  #!/bin/sh\n  curl http://api\n"
    assert "curl in /opt/wait.sh" not in values(mounted("scripts", data, "/opt"))
    run = values(mounted("scripts", data, "/opt", 'command: ["/opt/wait.sh"]'))
    assert run["curl in /opt/wait.sh"] == "http://api"
    by_shell = values(mounted("scripts", data, "/opt", 'command: [bash, -c, "exec /opt/wait.sh"]'))
    assert by_shell["curl in /opt/wait.sh"] == "http://api"
    by_image = values(mounted("scripts", data, "/docker-entrypoint-initdb.d"))
    assert by_image["curl in /docker-entrypoint-initdb.d/wait.sh"] == "http://api"


def test_probes_are_no_settings() -> None:
    container = "livenessProbe: {exec: {command: [sh, -c, 'curl http://api']}}\nimage: x"
    assert told(pod(container) + config_map("unused", "a: b")) == ()
