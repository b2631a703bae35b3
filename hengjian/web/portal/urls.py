"""Addresses that stand open to everybody."""

from django.urls import path

from hengjian.web.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.verify, name="verify"),
    path("<str:code>/", views.document, name="document"),
]
