"""First pages of each role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hengjian.base.routes import policy


@policy("web.desk")
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "web/desk.html", {})
