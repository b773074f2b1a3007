"""The board's and the list's place in the main menu and in the list of keys."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import shell


def register():
    shell.register_menu(
        shell.MenuEntry(
            order=20,
            key="leads",
            label=_("Lead board"),
            short=pgettext_lazy("short", "Leads"),
            icon="board",
            url_name="leads:board",
            covers=("leads:",),
            go="b",
        )
    )
    shell.register_keys(
        shell.KeyHelp(110, ("j",), _("Next card or row")),
        shell.KeyHelp(120, ("k",), _("Card or row before")),
        shell.KeyHelp(130, ("Enter",), _("Open the card that has the focus")),
        shell.KeyHelp(
            140, ("m",), _("What can be done with the card that has the focus: move it, give it to somebody else")
        ),
    )
