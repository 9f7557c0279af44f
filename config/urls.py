from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("support.inbox.urls")),
    path("", include("kb.urls")),
    path("widget/", include("support.widget.urls")),
    path("admin/", admin.site.urls),
]
