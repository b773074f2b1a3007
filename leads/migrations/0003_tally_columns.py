"""Triggers that keep the board's counts and amounts: a row per change, folded later (ColumnTally)."""

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION leads_tally_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO leads_columntally (board_column, leads, amount)
        SELECT board_column, count(*), coalesce(sum(amount), 0) FROM arrived
        WHERE board_column <> '' GROUP BY board_column;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION leads_tally_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO leads_columntally (board_column, leads, amount)
        SELECT board_column, -count(*), -coalesce(sum(amount), 0) FROM gone
        WHERE board_column <> '' GROUP BY board_column;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION leads_tally_updated() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO leads_columntally (board_column, leads, amount)
        SELECT board_column, sum(n), sum(yen) FROM (
            SELECT board_column, 1 AS n, coalesce(amount, 0) AS yen FROM arrived WHERE board_column <> ''
            UNION ALL
            SELECT board_column, -1, -coalesce(amount, 0) FROM gone WHERE board_column <> ''
        ) AS changes
        GROUP BY board_column HAVING sum(n) <> 0 OR sum(yen) <> 0;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER leads_tally_inserted AFTER INSERT ON leads_lead
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION leads_tally_inserted()
    """,
    """
    CREATE TRIGGER leads_tally_deleted AFTER DELETE ON leads_lead
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION leads_tally_deleted()
    """,
    """
    CREATE TRIGGER leads_tally_updated AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS gone NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION leads_tally_updated()
    """,
]
SQLITE = [
    """
    CREATE TRIGGER leads_tally_inserted AFTER INSERT ON leads_lead WHEN NEW.board_column <> ''
    BEGIN
        INSERT INTO leads_columntally (board_column, leads, amount)
        VALUES (NEW.board_column, 1, coalesce(NEW.amount, 0));
    END
    """,
    """
    CREATE TRIGGER leads_tally_deleted AFTER DELETE ON leads_lead WHEN OLD.board_column <> ''
    BEGIN
        INSERT INTO leads_columntally (board_column, leads, amount)
        VALUES (OLD.board_column, -1, -coalesce(OLD.amount, 0));
    END
    """,
    """
    CREATE TRIGGER leads_tally_updated AFTER UPDATE OF board_column, amount ON leads_lead
    WHEN OLD.board_column <> NEW.board_column OR coalesce(OLD.amount, 0) <> coalesce(NEW.amount, 0)
    BEGIN
        INSERT INTO leads_columntally (board_column, leads, amount)
        SELECT OLD.board_column, -1, -coalesce(OLD.amount, 0) WHERE OLD.board_column <> '';
        INSERT INTO leads_columntally (board_column, leads, amount)
        SELECT NEW.board_column, 1, coalesce(NEW.amount, 0) WHERE NEW.board_column <> '';
    END
    """,
]
TRIGGERS = ("leads_tally_inserted", "leads_tally_deleted", "leads_tally_updated")


def tally(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


def stop(apps, schema_editor):
    for name in TRIGGERS:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON leads_lead")
            schema_editor.execute(f"DROP FUNCTION {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_initial")]
    operations = [migrations.RunPython(tally, stop)]
