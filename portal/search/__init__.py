"""Finding words in whatever the apps put into search documents.

`tokens` cuts text into tokens, the same for documents and for what is typed; `indexing` keeps the
documents; `finding` asks them, newest first; `excerpts` shows where the words stood.
"""
