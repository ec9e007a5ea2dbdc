"""Django loads these at the first request."""

import os

from django.contrib import admin
from django.http import HttpResponse
from django.urls import path
from rest_framework.routers import DefaultRouter

urlpatterns = [
    path("", lambda request: HttpResponse(str(os.getpid()))),
    path("admin/", admin.site.urls),
    *DefaultRouter().urls,
]
