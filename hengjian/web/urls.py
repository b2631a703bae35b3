"""Addresses of the pages that mix apps: desk, search, messages, histories, the ledger, packs."""

from django.urls import path, re_path

from hengjian.web.desk import history, inbox, ledger, packs, recovery, search, views

app_name = "web"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("open/<str:object_type>/<uuid:object_id>/", views.open_object, name="open"),
    path("search/", search.search, name="search"),
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/read/", inbox.read_all, name="read_all"),
    path("messages/<uuid:message_id>/", inbox.read, name="read"),
    path("settings/density/", inbox.density, name="density"),
    path("history/<str:object_type>/<uuid:object_id>/", history.object_history, name="history"),
    path("history/<str:object_type>/<uuid:object_id>/check/", history.check, name="check"),
    path("history/<str:object_type>/<uuid:object_id>/proofs.zip", history.proofs, name="proofs"),
    path("history/entries/<uuid:entry_id>.hjproof", history.proof, name="proof"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/checks/", ledger.ledger_checks, name="ledger_checks"),
    path("ledger/checks/<uuid:check_id>/", ledger.ledger_check, name="ledger_check"),
    path("ledger/download/", ledger.download_ledger, name="download_ledger"),
    re_path(r"^ledger/(?P<what>verify|reconcile|storage)/$", ledger.check_ledger, name="check_ledger"),
    path("recovery/", recovery.recovery, name="recovery"),
    path("recovery/consent/", recovery.consent, name="consent_to_recovery"),
    path("recovery/lost/", recovery.lost_entries, name="lost_entries"),
    path("recovery/lost/<int:number>/", recovery.lost_entries, name="lost_before"),
    path("packs/", packs.packs, name="packs"),
    path("packs/<uuid:definition_id>/", packs.definition, name="definition"),
]
