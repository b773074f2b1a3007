from leads.admin import agreements, directory, hours, imports, records

__all__ = ["agreements", "directory", "hours", "imports", "records"]
