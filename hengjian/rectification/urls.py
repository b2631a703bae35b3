"""Addresses of the register of problems."""

from django.urls import path

from hengjian.rectification import views

app_name = "rectification"
urlpatterns = [
    path("problems/", views.problems, name="problems"),
    path("problems/new/", views.open_by_hand, name="open"),
    path("problems/figures/", views.figures, name="figures"),
    path("problems/lists/", views.printed_lists, name="lists"),
    path("problems/lists/<slug:view>.<slug:kind>", views.issue_list, name="issue_list"),
    path("problems/<uuid:problem_id>/", views.problem, name="problem"),
    path("problems/<uuid:problem_id>/<slug:code>/", views.act, name="act"),
    path("problems/<uuid:problem_id>/extensions/<uuid:extension_id>/", views.decide, name="decide"),
]
