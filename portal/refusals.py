class Refusal(Exception):
    """A verb says no, with a sentence for the person who asked.

    `status` is the HTTP status the sentence is shown with: 403 where the person may not,
    409 where somebody was faster or the record has moved on, 422 where something is missing.
    """

    def __init__(self, message, *, status=409):
        super().__init__(message)
        self.message = message
        self.status = status
