"""What makes search documents quick to ask: GIN on PostgreSQL, FTS5 with triggers that keep it on SQLite."""

from django.db import migrations

POSTGRESQL = [
    # Looking through the newest documents must not fetch each tsvector from aside.
    "ALTER TABLE portal_searchdocument SET (toast_tuple_target = 8160)",
    # What waits to be merged into the index is read by every search: keep it short.
    (
        "CREATE INDEX portal_searchdocument_tokens ON portal_searchdocument USING gin (tokens)"
        " WITH (gin_pending_list_limit = 512)"
    ),
]
POSTGRESQL_BACK = [
    "DROP INDEX portal_searchdocument_tokens",
    "ALTER TABLE portal_searchdocument RESET (toast_tuple_target)",
]
SQLITE_TABLE = """
    CREATE VIRTUAL TABLE portal_searchindex USING fts5(
        tokens, content=portal_searchdocument, content_rowid=id, tokenize="unicode61 remove_diacritics 0"
    )
    """
SQLITE = [
    """
    CREATE TRIGGER portal_searchindex_inserted AFTER INSERT ON portal_searchdocument
    BEGIN INSERT INTO portal_searchindex (rowid, tokens) VALUES (NEW.id, NEW.tokens); END
    """,
    """
    CREATE TRIGGER portal_searchindex_deleted AFTER DELETE ON portal_searchdocument
    BEGIN
        INSERT INTO portal_searchindex (portal_searchindex, rowid, tokens) VALUES ('delete', OLD.id, OLD.tokens);
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER portal_searchindex_deleted",
    "DROP TRIGGER portal_searchindex_inserted",
    "DROP TABLE portal_searchindex",
]


def build(apps, schema_editor):
    _run(schema_editor, POSTGRESQL, [SQLITE_TABLE, *SQLITE])


def remove(apps, schema_editor):
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


def _run(schema_editor, postgresql, sqlite):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_search_documents")]
    operations = [migrations.RunPython(build, remove)]
