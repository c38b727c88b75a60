"""Why a model gave no draft."""


class ModelFault(Exception):
    """No draft came about; ``reason`` is for the event, ``passing`` says that asking later may help."""

    reason = "model_unavailable"
    passing = False


class ModelUnavailable(ModelFault):
    passing = True


class ModelThrottled(ModelFault):
    reason, passing = "model_throttled", True


class ModelTimeout(ModelFault):
    reason, passing = "model_timeout", True


class ModelRefused(ModelFault):
    reason = "model_refused"


class ModelAnswerInvalid(ModelFault):
    reason = "model_answer_invalid"


class ExamplesUnavailable(ModelFault):
    """Nobody says which examples the writer would be shown, so nobody can say what it would write."""

    reason, passing = "examples_unavailable", True


class ModelNotUsable(ModelFault):
    """The model id, its parameters or the access to it are wrong; asking again does not help."""

    reason = "model_not_usable"
