"""A small Django application: the admin, REST framework, and one view."""

import os

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="benchmark",
        ROOT_URLCONF="hello_urls",
        INSTALLED_APPS=[
            *("django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
            *("django.contrib.messages", "django.contrib.staticfiles", "rest_framework"),
        ],
        MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    )
    django.setup()

if os.environ.get("SERVER_KIND") != "worker":
    from django.core.asgi import get_asgi_application
    from django.core.wsgi import get_wsgi_application

    asgi = get_asgi_application()
    wsgi = get_wsgi_application()
