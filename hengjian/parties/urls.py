"""Addresses of accounts, the tree of authorities and the calendar."""

from django.urls import path

from hengjian.parties import views

app_name = "parties"
urlpatterns = [
    path("post/", views.post_switch, name="post_switch"),
    path("language/", views.language, name="language"),
    path("me/", views.own_account, name="own_account"),
    path("me/details/", views.change_own, name="change_own"),
    path("me/end-others/", views.end_others, name="end_others"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.open_account, name="open_account"),
    path("accounts/<uuid:account_id>/", views.account, name="account"),
    path("accounts/<uuid:account_id>/password/", views.reset_password, name="reset_password"),
    path("accounts/<uuid:account_id>/<slug:code>/", views.act_on_account, name="act_on_account"),
    path("accounts/posts/<uuid:post_id>/withdraw/", views.withdraw, name="withdraw_post"),
    path("tree/", views.tree, name="tree"),
    path("tree/add/", views.add_authority, name="add_authority"),
    path("tree/changes/<uuid:change_id>/withdraw/", views.withdraw_tree_change, name="withdraw_tree_change"),
    path("tree/<uuid:authority_id>/<slug:code>/", views.act_on_authority, name="act_on_authority"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/settle/", views.settle_day, name="settle_day"),
]
