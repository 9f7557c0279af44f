"""What can go wrong with a model, as the decision it asks of the caller."""


class ModelError(Exception):
    """A model gave no usable answer. The message is a sentence for an agent or an operator."""


class Unavailable(ModelError):
    """Try again later: the gateway is down, slow, over its limit, or broke off."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds, when the gateway named them


class LimitReached(Unavailable):
    """The gateway's limit of calls: it is well, and wants to be asked later."""


class Rejected(ModelError):
    """Don't try again: the gateway refuses the key, the model or the request."""


class NotSetUp(Rejected):
    """Nobody has entered a key for the gateway, or not one that can be used."""


class RefusedRequest(Rejected):
    """The gateway does not take the request as it is: another form of it may do."""


class InvalidToolCall(Rejected):
    """The model did not call the tool that was asked for, or with arguments that don't fit it."""
