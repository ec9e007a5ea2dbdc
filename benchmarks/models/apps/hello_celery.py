"""An empty celery application."""

from celery import Celery

app = Celery("hello", broker="amqp://127.0.0.1:9//")
