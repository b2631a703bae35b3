"""Addresses of the dossier: evidence and documents."""

from django.urls import path

from hengjian.dossier import views

app_name = "dossier"
urlpatterns = [
    path("evidence/", views.keep, name="keep"),
    path("evidence/of/<str:object_type>/<uuid:object_id>/", views.evidence_of_object, name="evidence_of"),
    path("evidence/uses/<uuid:use_id>/detach/", views.detach, name="detach"),
    path("evidence/<uuid:evidence_id>/", views.evidence, name="evidence"),
    path("evidence/<uuid:evidence_id>/display/", views.display, name="display"),
    path("evidence/<uuid:evidence_id>/original/", views.original, name="original"),
    path("evidence/<uuid:evidence_id>/verify/", views.verify, name="verify"),
    path("evidence/<uuid:evidence_id>/replace/", views.replace, name="replace"),
    path("documents/<uuid:document_id>/", views.document, name="document"),
    path("documents/<uuid:document_id>.<slug:fmt>/", views.document_file, name="document_file"),
    path("documents/<uuid:document_id>/scan/", views.seal_scan, name="seal_scan"),
    path("documents/<uuid:document_id>/sign/", views.sign, name="sign"),
]
