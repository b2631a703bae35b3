"""Addresses of orders and cases."""

from django.urls import path

from hengjian.enforcement import views

app_name = "enforcement"
urlpatterns = [
    path("orders/", views.orders, name="orders"),
    path("orders/new/", views.draft_order, name="draft_order"),
    path("orders/<uuid:order_id>/", views.order, name="order"),
    path("orders/<uuid:order_id>/paper.<slug:kind>", views.print_order, name="print_order"),
    path("orders/<uuid:order_id>/<slug:code>/", views.act_on_order, name="act_on_order"),
    path("cases/", views.cases, name="cases"),
    path("cases/new/", views.file_case, name="file_case"),
    path("cases/<uuid:case_id>/", views.case, name="case"),
    path("cases/<uuid:case_id>/paper.<slug:kind>", views.print_case, name="print_case"),
    path("cases/<uuid:case_id>/<slug:code>/", views.act_on_case, name="act_on_case"),
]
