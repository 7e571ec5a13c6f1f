"""Every error that mmrag raises on purpose.

MmragError
├── UsageError            the call is wrong: option, argument, setting, unknown ID   (exit code 2)
│   └── ConfigError       a profile or setting cannot be used
├── IndexUnusable         the index cannot be used as it is                          (exit code 3)
│   ├── IndexMissing      there is no index at that place
│   ├── IndexLocked       another process writes to it
│   ├── SchemaTooNew      a newer mmrag made it
│   └── SpaceMismatch     another encoder made its vectors
├── DocumentError         one file or page cannot be read; the run goes on
└── ModelError            a model or server failed
    ├── ModelMissing      weights, package or server are not there
    ├── ModelRefused      weights or input are of a wrong or unsafe form, or too large
    │   ├── PromptTooLong    the prompt has more tokens than the model reads
    │   ├── OutOfMemory      memory ran out while it was at work
    │   └── PicturesRefused  the model takes no pictures, or fewer
    ├── NoReply           a model ended its reply without a word of an answer
    ├── ReplyWithdrawn    what a model said so far turns out to be no part of its reply
    └── ModelTimeout      no answer within the time allowed

The message names the file or setting, says what happened and what to do.
"""


class MmragError(Exception):
    """Base of every error that mmrag raises on purpose."""

    exit_code = 2


class UsageError(MmragError):
    """The call is wrong; nothing was done."""


class ConfigError(UsageError):
    """A profile or a setting cannot be used."""


class IndexUnusable(MmragError):
    """The index cannot be used as it is."""

    exit_code = 3


class IndexMissing(IndexUnusable):
    """There is no index at that place."""


class IndexLocked(IndexUnusable):
    """Another process is writing to the index."""


class SchemaTooNew(IndexUnusable):
    """The index was made by a newer mmrag."""


class SchemaTooOld(IndexUnusable):
    """The index was made by an older mmrag, and is not to be written to."""


class SpaceMismatch(IndexUnusable):
    """The index holds vectors of another encoder than the one configured."""


class DocumentError(MmragError):
    """One file or page cannot be read; the rest of the run goes on."""

    exit_code = 1


class ModelError(MmragError):
    """A model or a model server failed."""


class ModelMissing(ModelError):
    """Weights, a package or a server are not there."""


class ModelRefused(ModelError):
    """Weights or an input are of a wrong or unsafe form, or too large."""


class PromptTooLong(ModelRefused):
    """A prompt has more tokens than the model reads."""


class OutOfMemory(ModelRefused):
    """Memory ran out while a model was at work; less of it at once may do."""


class PicturesRefused(ModelRefused):
    """A model takes no pictures, or fewer than a prompt holds."""


class NoReply(ModelError):
    """A model ended its reply without a word of an answer."""


class ReplyWithdrawn(ModelError):
    """What a model has said so far turns out to be no part of its reply."""


class ModelTimeout(ModelError):
    """A model gave no answer within the time allowed."""
