from django.db import models, transaction
from django.db.models import Sum


class ColumnTallyQuerySet(models.QuerySet):
    def totals(self):
        """{column: (leads, amount in yen)}; costs the rows not folded yet, never the leads."""
        rows = self.values("board_column").annotate(n=Sum("leads"), yen=Sum("amount")).order_by()
        return {row["board_column"]: (row["n"], row["yen"]) for row in rows}

    def fold(self):
        """Add the small rows up into one a column; safe to run at any time, by one at a time."""
        with transaction.atomic():
            rows = list(self.select_for_update(skip_locked=True).order_by("pk")[:10_000])
            sums = {}
            for row in rows:
                n, yen = sums.get(row.board_column, (0, 0))
                sums[row.board_column] = (n + row.leads, yen + row.amount)
            if len(rows) == len(sums):
                return  # one row a column: nothing to add up
            self.filter(pk__in=[row.pk for row in rows]).delete()
            self.bulk_create(
                ColumnTally(board_column=c, leads=n, amount=yen) for c, (n, yen) in sums.items() if n or yen
            )


class ColumnTally(models.Model):
    """How many leads and how much money stand in a board column: the sum of its rows.

    Triggers on the lead table insert a row per change, so no two people wait for one counter.
    """

    board_column = models.CharField(max_length=12)
    leads = models.BigIntegerField()
    amount = models.BigIntegerField(default=0)

    objects = ColumnTallyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="column_tally", fields=["board_column"])]

    def __str__(self):
        return f"{self.board_column} {self.leads:+d}"
