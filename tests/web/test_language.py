"""Chinese unless the switch says otherwise, whatever the browser prefers."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("cookie", "accept", "lang"), [("", "en-US,en", "zh-CN"), ("en", "zh-CN", "en"), ("xx", "en", "zh-CN")])
def test_only_the_switch_changes_the_language(client, cookie, accept, lang):
    if cookie:
        client.cookies["django_language"] = cookie
    page = client.get("/account/login/", headers={"accept-language": accept}).content.decode()
    assert f'<html lang="{lang}"' in page
    assert ("登录名" in page) == (lang == "zh-CN")
