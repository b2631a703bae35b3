"""Addresses of supervision."""

from django.urls import path

from hengjian.supervision import views

app_name = "supervision"
urlpatterns = [
    path("visits/", views.visits, name="visits"),
    path("visits/new/", views.record, name="record"),
    path("visits/coverage/", views.coverage, name="coverage"),
    path("visits/<uuid:visit_id>/", views.visit, name="visit"),
    path("visits/<uuid:visit_id>/record.<slug:kind>", views.print_record, name="print_record"),
    path("visits/<uuid:visit_id>/<slug:code>/", views.act, name="act"),
]
