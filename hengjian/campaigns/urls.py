"""Addresses of campaigns."""

from django.urls import URLPattern, path

from hengjian.campaigns.views import statistics

app_name = "campaigns"

# Campaigns, relay, board, deadlines
campaign_urls: list[URLPattern] = []

# Self-checks
selfcheck_urls: list[URLPattern] = []

# Statistics tables, work reports, typical cases, dashboards
statistics_urls: list[URLPattern] = [
    path("<uuid:campaign_id>/statistics/", statistics.returns, name="returns"),
    path("statistics/<uuid:return_id>/", statistics.table, name="statistics"),
    path("statistics/<uuid:return_id>/figure/<slug:key>/", statistics.figure, name="figure"),
    path("statistics/<uuid:return_id>/figure/<slug:key>/rows.xlsx", statistics.figure_rows, name="figure_rows"),
    path("statistics/<uuid:return_id>/figure/<slug:key>/correct/", statistics.correct, name="correct_figure"),
    path("statistics/corrections/<uuid:correction_id>/withdraw/", statistics.withdraw, name="withdraw_correction"),
    path("statistics/<uuid:return_id>/begin/", statistics.begin, name="begin_return"),
    path("statistics/<uuid:return_id>/file/", statistics.file, name="file_return"),
    path("statistics/<uuid:return_id>/revise/", statistics.revise, name="revise_return"),
    path("statistics/<uuid:return_id>/accept/", statistics.accept, name="accept_return"),
    path("statistics/<uuid:return_id>/send-back/", statistics.send_back, name="send_back_return"),
    path("statistics/<uuid:return_id>/compare/", statistics.compare, name="compare_editions"),
    path("statistics/<uuid:return_id>/table.<slug:fmt>", statistics.download, name="statistics_file"),
]

urlpatterns = [*campaign_urls, *selfcheck_urls, *statistics_urls]
