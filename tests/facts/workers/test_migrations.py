"""Which scripts migrate before their server, and which do not for certain."""

import pytest

from mblint.facts.runs.commands import program
from mblint.facts.workers.migration_commands import migrates_first
from mblint.manifests.documents import Document, Place
from mblint.settings.scripts import read_script
from mblint.settings.words import Word

PLACE = Place(Document("-", "", 1, None, None, linted=True))


def first(script: str) -> str | None:
    """What `migrates_first` says of a script."""
    commands = read_script(Word(script, PLACE, exact=False), {})
    return migrates_first([found for command in commands if (found := program(command)) is not None])


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("python manage.py migrate && exec gunicorn shop.wsgi", "manage.py migrate"),
        ("python3 ./manage.py migrate --noinput; python manage.py runserver", "manage.py migrate"),
        ("poetry run alembic -c alembic.ini upgrade head && uvicorn shop:app", "alembic upgrade"),
        ("npx prisma migrate deploy && node server.js", "prisma migrate deploy"),
        ("php artisan migrate --force && php-fpm", "artisan migrate"),
        ("bundle exec rake db:migrate && bundle exec puma", "rake db:migrate"),
        ("python manage.py migrate", None),  # and nothing serves
        ("python manage.py migrate && echo done", None),
        ("gunicorn shop.wsgi", None),
        ("python manage.py migrate --check && gunicorn shop.wsgi", None),
        ("[ -z $SKIP ] && python manage.py migrate; gunicorn shop.wsgi", None),
        ("alembic current && uvicorn shop:app", None),
        ("npx prisma generate && node server.js", None),
    ],
)
def test_what_a_script_does_first(script: str, expected: str | None) -> None:
    assert first(script) == expected
