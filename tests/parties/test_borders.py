"""Administrators keep to their own: no tree of another province, no business of institutions, no units they cannot staff."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from hengjian.base.errors import OutOfScope
from hengjian.parties import services
from hengjian.parties.models import TreeChange
from hengjian.registry.models import Enterprise
from tests import factories
from tests.campaigns.scenes import signed_in
from tests.factories import all_of
from tests.rectification import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


@pytest.fixture
def admin(world):
    return factories.actor(factories.account("keeper", "省局管理员", "authority_admin", world.province))


@pytest.fixture
def other(world):
    """The province next door, with a city, and a change that waits for its day."""
    province = factories.authority("云岭省", "88", "province")
    city = factories.authority("石桥市", "8801", "city", province)
    keeper = factories.actor(factories.account("neighbour", "邻省管理员", "authority_admin", province))
    services.rename_authority(city, actor=keeper, name="石桥市监局", on=date(2025, 1, 1), reason="机构改革")
    return province, city, all_of(TreeChange).get()


def test_a_province_changes_nothing_in_the_tree_of_another(world, admin, other):
    province, city, change = other
    for act in (
        lambda: services.rename_authority(city, actor=admin, name="新名", on=date(2025, 1, 1), reason="改名"),
        lambda: services.move_authority(world.counties[0], actor=admin, parent=city, on=date(2025, 1, 1), reason="划转"),
        lambda: services.close_authority(world.cities[0], actor=admin, on=date(2025, 1, 1), reason="撤销", successor=city),
        lambda: services.reseat_organisations(world.counties[0], actor=admin, organisations=[world.institutions[0].organisation], target=city,
                                              on=date(2025, 1, 1), reason="划转"),
        lambda: services.add_authority(actor=admin, parent=province, key="8802", name="新市局", area_name="新市", short_name="新市", level="city",
                                       valid_from=date(2024, 6, 3)),
        lambda: services.withdraw_change(change, actor=admin, reason="不需要了"),
    ):
        with pytest.raises(OutOfScope):
            act()
    assert all_of(TreeChange).get().state == "pending"


def test_the_page_of_the_tree_names_nobody_of_another_province(world, admin, other):
    go = signed_in(admin)
    said = go.get(reverse("parties:tree"), {"node": world.counties[0].pk}).content.decode()
    assert [one.name for one in other[:2] if one.name in said] == []
    assert world.cities[0].name in said


def test_an_administrator_of_an_authority_reads_no_history_of_business(world, admin):
    problem = cases.opened(world)
    go = signed_in(admin)
    assert go.get(reverse("web:history", args=["rectification.problem", problem.pk])).status_code == 404
    assert go.get(reverse("web:open", args=["rectification.problem", problem.pk])).status_code == 404
    assert go.get(reverse("web:history", args=["parties.authority", world.cities[0].pk])).status_code == 200


def test_only_units_in_which_a_post_can_be_granted_are_suggested(world):
    organisation = factories.institution("青麓恒衡检验有限公司", world.counties[0]).organisation
    enterprise = type(organisation)(name="云栖物业有限公司", uscc="91990000MA00000027", kind="enterprise", area=world.counties[0].path)
    factories.keep(enterprise, Enterprise(id=enterprise.id, organisation=enterprise, name=enterprise.name, area=enterprise.area, org_id=enterprise.id,
                                          org_area=enterprise.area))
    shown = {}
    for username, role, holder in (("sec", "security_admin", None), ("adm", "authority_admin", world.province)):
        who = factories.actor(factories.account(username, username, role, holder))
        said = signed_in(who).get(reverse("parties:open_account")).context["holders"]
        shown[role] = (world.province.name in said, organisation.name in said, enterprise.name in said)
    assert shown == {"security_admin": (True, False, False), "authority_admin": (True, True, False)}
