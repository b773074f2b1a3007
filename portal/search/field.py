from django.db import models

from portal.search import notation


class TokensField(models.Field):
    """The tokens of a document: a tsvector on PostgreSQL, text on SQLite, where FTS5 indexes it.

    Holds a list of tokens on the way in; nobody reads it back.
    """

    def db_type(self, connection):
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value, connection, prepared=False):
        return notation.document(value, connection.vendor)


@TokensField.register_lookup
class Matches(models.Lookup):
    """`tokens__matches=[Term, …]`."""

    lookup_name = "matches"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "%s", [notation.query(value, connection.vendor)]

    def as_postgresql(self, compiler, connection):
        tokens, params = self.process_lhs(compiler, connection)
        mark, query = self.process_rhs(compiler, connection)
        return f"{tokens} @@ {mark}::tsquery", [*params, *query]

    def as_sqlite(self, compiler, connection):
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        mark, query = self.process_rhs(compiler, connection)
        index = "portal_searchindex"
        return f"{table}.id IN (SELECT rowid FROM {index} WHERE {index} MATCH {mark})", query  # noqa: S608
