"""What campaigns do when lower apps have committed something."""

from hengjian.base.actions import Event, on
from hengjian.campaigns import services
from hengjian.parties.actors import everything_actor


@on("registry.add_institution")
@on("registry.change_institution")
@on("registry.resume_institution")
@on("registry.import_rows")
def name_new_institutions(event: Event) -> None:
    """An institution that comes into the register joins the campaigns that are running."""
    if event.ids.get("registry.institution"):
        services.join_running_campaigns(actor=everything_actor("系统"))
