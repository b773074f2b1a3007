from django.contrib import admin
from django.urls import path

from portal.views import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
]

handler500 = "portal.views.errors.broken"
