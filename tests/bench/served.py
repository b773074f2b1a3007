"""What gunicorn serves here: the portal or the bare view, compressed as the proxy in front would (gzip, level 1)."""

import os
import zlib

LEVEL = 1  # nginx's own


class Compressed:
    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        held = {}

        def keep(status, headers, exc_info=None):
            held.update(status=status, headers=headers)

        pieces = self.application(environ, keep)
        try:
            body = b"".join(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        if len(body) > 1_000:
            squeezer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
            body = squeezer.compress(body) + squeezer.flush()
            held["headers"] = [(name, value) for name, value in held["headers"] if name.lower() != "content-length"]
            held["headers"] += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
        start_response(held["status"], held["headers"])
        return [body]


def _application():
    if os.environ.get("BENCH_SERVES") == "bare":
        from tests.bench import bare

        return bare.application()
    from portal.wsgi import application

    return application


application = Compressed(_application())
