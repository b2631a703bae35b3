"""Texts for people, in the language of the page; in Chinese where no page is served and Django is not loaded."""

from __future__ import annotations


def gettext(text: str) -> str:
    """Translate a text when there is somebody who reads another language."""
    from django.apps import apps  # packs are read, checked and shown without Django too

    if not apps.ready:
        return text
    from django.utils.translation import gettext as translated  # needs loaded apps

    return translated(text)
