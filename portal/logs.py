"""Logs: one line a request, one line a task, and nothing in them that says anything of a person.

A line names people by their number, paths without their query, and errors by their kind and place: the
text of an exception often quotes the data that caused it (PostgreSQL prints the colliding e-mail address),
so it is not written down.
"""

import logging
import time
import traceback

import structlog
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_failed_metadata, bind_extra_request_finished_metadata

OUTAGES = (OperationalError, InterfaceError)
UNSEEN: int = logging.DEBUG
FRAMES = 6
PROBES = {"GET /healthz", "GET /readyz"}
# A link that signs somebody in is a secret: such a path is logged as the pattern it matched.
SECRET_PARTS = {"key", "token", "uidb36", "uidb64"}


def configuration(form, *, quiet=False):
    """The LOGGING setting. `form` is json (a machine reads it) or plain (a person does)."""
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    is_plain = form == "plain"
    if is_plain:
        renderer = structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "event"], repr_native_str=False
        )
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_repetition,
        where_it_broke,
        *([without_ticking] if is_plain else []),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["nowhere" if quiet else "stderr"], "level": "INFO"},
        "loggers": {
            # What these say, the request's or the task's own line says too.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "level": "CRITICAL"},
            "celery": {"level": "WARNING"},
            "celery.app.trace": {"level": "CRITICAL"},
            "kombu": {"level": "WARNING"},
        },
    }


def without_repetition(_, __, line):
    """One line a request: the end of a streamed answer is no second one. Texts of errors stay out."""
    if line.get("event") == "streaming_finished":
        raise structlog.DropEvent
    line.pop("error", None)
    line.pop("reason", None)
    if "exception" in line and "exc_info" not in line:
        line["exc_info"] = line["exception"]
    line.pop("exception", None)
    return line


def without_ticking(_, __, line):
    """On a terminal, what the clock and the probes do every few seconds would hide what people do."""
    ticks = line.get("event") == "task_succeeded" and line.get("task") in _scheduled_tasks()
    if ticks or (line.get("code") == 200 and line.get("request") in PROBES):
        raise structlog.DropEvent
    return line


def _scheduled_tasks():
    from django.conf import settings

    return {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def where_it_broke(_, __, line):
    """In place of the traceback and its message: the kinds of error and the last places they came through."""
    raised = line.pop("exc_info", None)
    record = line.get("_record")
    if raised is None and record is not None:
        raised, record.exc_info, record.exc_text = record.exc_info, None, None
    if raised is True:
        raised = structlog.processors._figure_out_exc_info(raised)
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        line["broke"] = " < ".join(type(part).__name__ for part in _chain(error))
        places = list(traceback.walk_tb(error.__traceback__))[-FRAMES:]
        line["at"] = " < ".join(_place(frame.f_code, number) for frame, number in reversed(places))
    return line


def _place(code, number):
    return f"{'/'.join(code.co_filename.split('/')[-3:])}:{number} {code.co_name}"


def _chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class RequestLine(RequestMiddleware):
    """The line of a request: method, path, status, milliseconds, the person's number."""

    def prepare(self, request):
        request.began_at = time.perf_counter()
        super().prepare(request)

    @staticmethod
    def format_request(request):
        match = request.resolver_match
        if match and SECRET_PARTS & set(match.kwargs):
            return f"{request.method} /{match.route}"
        return f"{request.method} {request.path}"


@receiver(bind_extra_request_failed_metadata)
def what_was_answered(exception, log_kwargs, **_):
    """The library writes 500 before the answer exists; a lost database is answered with 503 (views/errors.py)."""
    if isinstance(exception, OUTAGES):
        log_kwargs["code"] = 503


@receiver([bind_extra_request_finished_metadata, bind_extra_request_failed_metadata])
def who_and_how_long(request, log_kwargs, **_):
    """Only a person who was looked up anyway is named: a log line costs no query."""
    person = getattr(request, "_cached_user", None)
    if person is not None and person.pk:
        log_kwargs["person"] = person.pk
    log_kwargs["ms"] = round((time.perf_counter() - request.began_at) * 1000)


@receiver(bind_extra_task_metadata)
def which_task(task, **_):
    structlog.contextvars.bind_contextvars(task=task.name)
