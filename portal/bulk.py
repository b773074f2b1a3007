"""Many rows at once."""


def insert(model, rows):
    """Insert model instances in bulk; each has its primary key afterwards."""
    return model._default_manager.bulk_create(rows, batch_size=1000)
