import gc

from django.template import engines
from django.urls import get_resolver

from portal import warming


def test_what_web_processes_share_is_made_before_they_part(django_assert_num_queries, db):
    loader = engines["django"].engine.template_loaders[0]
    loader.reset()
    try:
        with django_assert_num_queries(0):
            warming.warm()
        assert set(loader.get_template_cache) == set(warming.template_names())
        assert get_resolver()._populated or get_resolver().url_patterns
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
