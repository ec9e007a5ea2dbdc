"""celery beside a small Django application."""

import hello_django  # noqa: F401  sets Django up
from celery import Celery

app = Celery("django", broker="amqp://127.0.0.1:9//")
