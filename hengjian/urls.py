"""Where each address leads."""

from allauth.account import views as account_views
from django.urls import include, path

urlpatterns = [
    path("", include("hengjian.web.urls")),
    path("account/login/", account_views.login, name="account_login"),
    path("account/logout/", account_views.logout, name="account_logout"),
    path("account/password/", account_views.password_change, name="account_change_password"),
    path("account/reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("verify/", include("hengjian.web.portal.urls")),
    path("parties/", include("hengjian.parties.urls")),
    path("dossier/", include("hengjian.dossier.urls")),
    path("registry/", include("hengjian.registry.urls")),
    path("rectification/", include("hengjian.rectification.urls")),
    path("enforcement/", include("hengjian.enforcement.urls")),
    path("supervision/", include("hengjian.supervision.urls")),
    path("campaigns/", include("hengjian.campaigns.urls")),
]

handler404 = "hengjian.web.errors.not_found"
handler403 = "hengjian.web.errors.forbidden"
handler500 = "hengjian.web.errors.broken"
handler400 = "hengjian.web.errors.bad_request"
