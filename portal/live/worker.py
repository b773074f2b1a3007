from gunicorn.workers.gasgi import ASGIWorker


class Worker(ASGIWorker):
    """Ends the streams as soon as it is asked to end; otherwise each would use up the whole time of grace."""

    def handle_exit_signal(self):
        from portal.live.hub import hub  # the settings are ready only when the application is loaded

        super().handle_exit_signal()
        hub.close()
