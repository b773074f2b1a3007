from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION portal_trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('tasuki.erasing', true) = 'yes' THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the trail is never updated or deleted' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER portal_trail_is_append_only BEFORE UPDATE OR DELETE ON portal_entry
    FOR EACH ROW EXECUTE FUNCTION portal_trail_is_append_only()
    """,
]
# Deleting is refused by the model on SQLite: a trigger there would also refuse to empty the tables.
SQLITE = [
    """
    CREATE TRIGGER portal_trail_is_append_only BEFORE UPDATE ON portal_entry
    BEGIN SELECT RAISE(ABORT, 'the trail is never updated or deleted'); END
    """,
]


def protect(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER portal_trail_is_append_only ON portal_entry")
        schema_editor.execute("DROP FUNCTION portal_trail_is_append_only")
    else:
        schema_editor.execute("DROP TRIGGER portal_trail_is_append_only")


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
