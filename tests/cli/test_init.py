"""A new installation is founded once: province, administrators, forms, calendar."""

import pytest
import typer

from hengjian.base.scope import EVERYTHING
from hengjian.cli.database import init
from hengjian.forms.models import FormDefinition
from hengjian.parties.models import Account, Authority

pytestmark = pytest.mark.django_db

GIVEN = {"province": "试省", "key": "98", "region_code": "", "administrator": "boss", "name": "管理员甲"}


def test_an_installation_is_founded_once(capsys):
    init(**GIVEN)

    said = capsys.readouterr().out
    assert Authority.objects.within(EVERYTHING).get().name == "试省市场监督管理局"
    roles = {(a.username, a.posts.get().role, a.must_change_password) for a in Account.objects.all()}
    assert roles == {
        ("boss", "authority_admin", True), ("security-admin", "security_admin", True), ("system-admin", "system_admin", True),
        ("audit-admin", "audit_admin", True),
    }
    assert FormDefinition.objects.within(EVERYTHING).filter(kind="campaign").count() == 5
    assert all(name in said for name in ("boss", "security-admin", "system-admin", "audit-admin"))
    with pytest.raises((typer.Exit, SystemExit)):
        init(**GIVEN)
    assert Authority.objects.within(EVERYTHING).count() == 1
