import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, handle_default_options
from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _

DONE, DONE_WITH_REFUSALS, COULD_NOT_START = 0, 1, 2


class CouldNotStart(CommandError):
    """Bad arguments or something unreadable: exit status 2 and one line."""

    def __init__(self, sentence):
        super().__init__(sentence, returncode=COULD_NOT_START)


class PlainParser(CommandParser):
    def error(self, message):
        raise CouldNotStart(_("The arguments are not right (see --help): %(detail)s") % {"detail": message})


class PlainCommand(BaseCommand):
    """A command that programs rely on: one line an error, on standard error, in the chosen language.

    Exit status 0 done, 1 done with refused rows or failed checks, 2 could not start.
    """

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = PlainParser
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of messages and reasons",
        )
        return parser

    def run_from_argv(self, argv):
        """As Django's, but an error is its sentence alone, without the name of a class before it."""
        self._called_from_command_line = True
        parser = self.create_parser(argv[0], argv[1])
        try:
            with translation.override(_language_of(argv)):
                options = vars(parser.parse_args(argv[2:]))
            handle_default_options(_Options(options))
            self.execute(*options.pop("args", ()), **options)
        except CommandError as error:
            if "--traceback" in argv:
                raise
            self.stderr.write(" ".join(str(error).split()))
            sys.exit(error.returncode)
        finally:
            connections.close_all()

    def execute(self, *args, **options):
        with translation.override(options.get("language") or settings.LANGUAGE_CODE):
            return super().execute(*args, **options)


class _Options:
    def __init__(self, values):
        self.__dict__.update(values)


def _language_of(argv):
    """The language asked for, before the arguments are known to be right."""
    for nth, argument in enumerate(argv):
        name, _equals, value = argument.partition("=")
        if name == "--language":
            chosen = value or "".join(argv[nth + 1 : nth + 2])
            return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return settings.LANGUAGE_CODE
