from django.core.management.base import BaseCommand

from portal.search import indexing


class Command(BaseCommand):
    help = "Write the search documents anew, of all kinds or of those named."

    def add_arguments(self, parser):
        parser.add_argument("kinds", nargs="*", choices=[*indexing.kinds(), []])

    def handle(self, *args, kinds, **options):
        for kind in kinds or indexing.kinds():
            written = 0
            for written in indexing.index_all(kind):
                if options["verbosity"] > 1:
                    self.stdout.write(f"{kind} {written}")
            self.stdout.write(f"{kind} {written}")
