"""Addresses of the pages that mix apps: desk, search, messages, histories."""

from django.urls import path

from hengjian.web.desk import views

app_name = "web"
urlpatterns = [
    path("", views.desk, name="desk"),
]
