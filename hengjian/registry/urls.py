"""Addresses of the register."""

from django.urls import path

from hengjian.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.institutions, name="institutions"),
    path("own/", views.own, name="own"),
    path("institutions/new/", views.new_institution, name="new_institution"),
    path("institutions/<uuid:institution_id>/", views.institution, name="institution"),
    path("people/", views.people, name="people"),
    path("people/<uuid:person_id>/", views.person, name="person"),
    path("people/<uuid:person_id>/reveal/", views.reveal, name="reveal"),
    path("enterprises/", views.enterprises, name="enterprises"),
    path("enterprises/new/", views.new_enterprise, name="new_enterprise"),
    path("enterprises/<uuid:enterprise_id>/", views.enterprise, name="enterprise"),
    path("equipment/", views.equipment, name="equipment"),
    path("staffing/", views.staffing, name="staffing"),
    path("staffing/enter/", views.enter_rule, name="enter_rule"),
    path("imports/", views.imports, name="imports"),
    path("imports/template/", views.template, name="template"),
    path("imports/<uuid:run_id>/", views.import_run, name="import_run"),
    path("imports/<uuid:run_id>/confirm/", views.confirm, name="confirm_import"),
    path("imports/<uuid:run_id>/give-up/", views.give_up, name="give_up_import"),
    path("imports/<uuid:run_id>/marked/", views.marked, name="marked"),
    path("export/", views.export, name="export"),
    path("<slug:kind>/<uuid:row_id>/<slug:code>/", views.act, name="act"),
]
