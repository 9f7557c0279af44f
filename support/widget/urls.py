from django.urls import path

from support.widget import views

urlpatterns = [
    path("loader.js", views.loader, name="widget-loader"),
    path("demo/", views.demo, name="widget-demo"),
    path("frame/<str:key>/", views.frame, name="widget-frame"),
    path("api/<str:key>/messages", views.send, name="widget-send"),
    path("api/<str:key>/conversation", views.conversation, name="widget-conversation"),
    path("api/<str:key>/events", views.events, name="widget-events"),
]
