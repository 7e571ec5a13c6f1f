"""The order of messages: what a worker may say next."""

from mmrag.ingest.raw import Opened, RawPage
from mmrag.ingest.sandbox.messages import BadMessage, Finished, Job, Message, Ready, Recycle


class Conversation:
    """What one worker has said so far about its job. Every message goes through `admit`."""

    def __init__(self) -> None:
        self.is_ready = False  # has started in full
        self._job = 0
        self._pages: int | None = None  # of the file, once it is opened for this job
        self._known_pages: int | None = None  # of the file, as an earlier worker said
        self._first = self._next = 1
        self._only_counts = False
        self._is_over = True

    def begin(self, job: Job, known_pages: int | None) -> None:
        """The worker is given a job; `known_pages` is what was said when the file was opened."""
        self._job = job.number
        self._pages, self._known_pages = None, known_pages
        self._first = self._next = job.first_page
        self._only_counts = job.task.only_counts
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether the worker has nothing more to say until it is given a job."""
        return self._is_over

    def admit(self, job: int, message: Message) -> None:
        """Take the next message in. Raises `BadMessage` where an honest worker would not say it."""
        if isinstance(message, Ready):
            _require(not self.is_ready and job == 0, "a second start")
            self.is_ready = True
            return
        _require(self.is_ready and not self._is_over, "a message that was not asked for")
        _require(job == self._job, "a message about another job")
        match message:
            case Opened():
                _require(self._pages is None, "a file opened twice")
                _require(
                    self._known_pages in (None, message.pages), "another count of pages than before"
                )
                self._pages = message.pages
            case RawPage():
                _require(not self._only_counts, "a page that was not asked for")
                _require(self._opened >= message.number == self._next, "a page out of order")
                self._next += 1
            case Recycle():
                _require(self._opened > 0 and self._next > self._first, "an end before a page")
                _require(message.next_page == self._next, "an end at another page")
                self._is_over = True
            case Finished():
                _require(
                    self._pages is not None
                    and (self._only_counts or self._next == self._opened + 1),
                    "an end before the last page",
                )
                self._is_over = True
            case _:
                self._is_over = True

    @property
    def _opened(self) -> int:
        """Pages of the file; 0 before it is opened."""
        return self._pages or 0


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise BadMessage(what)
