"""Live updates: a change made by one person shows on another's screen within two seconds.

The database is asked for new entries once for all connections of a process (`source`), the connections are
told (`hub`), and each writes to its browser (`app`). Only kinds and keys travel, never what changed: the page
asks for that itself, with its own right to see it.
"""
