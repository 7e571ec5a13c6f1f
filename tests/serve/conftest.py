"""A real server on this machine, over an index that is there."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn
from contract_schema import conforming

from mmrag.locations import IndexLocation
from mmrag.models import Models
from mmrag.serve import app
from mmrag.serve.engine import Engine
from mmrag.serve.run import configured, listening
from mmrag.serve.settings import ServeSettings

Serving = Callable[..., "Running"]


@dataclass(frozen=True)
class Running:
    """A server at work, and a client that keeps its connections."""

    url: str
    client: httpx2.Client
    engine: Engine

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def ended(self, job: dict) -> dict:
        """A job of the index at its end."""
        until = time.monotonic() + 200
        while job["state"] in ("waiting", "running"):
            assert time.monotonic() < until
            time.sleep(0.1)
            told = self.client.get(f"/v1/indexes/{job['index']}/jobs/{job['id']}").text
            job = conforming("job", told)
        return job


@contextmanager
def running(
    indexes: Sequence[Path], models: Models | None = None, **settings: object
) -> Iterator[Running]:
    """A server over some indexes, in a thread of this process."""
    chosen = ServeSettings(port=0, **{"keeps_answers": False, **settings})
    locations = [IndexLocation(path, "call") for path in indexes]
    engine = Engine(locations, models or Models.open("embedded"), chosen)
    with listening(chosen) as listener:
        server = uvicorn.Server(configured(app.create(engine), chosen))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            until = time.monotonic() + 30
            while not server.started:
                assert time.monotonic() < until
                assert thread.is_alive()
                time.sleep(0.01)
            headers = {"Authorization": f"Bearer {chosen.token}"} if chosen.token else {}
            with httpx2.Client(base_url=url, headers=headers, timeout=300) as client:
                yield Running(url, client, engine)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def sample_index(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's index under a name that addresses of these tests hold."""
    link = tmp_path_factory.mktemp("served") / "index"
    link.symlink_to(sample_index)
    return link


@pytest.fixture(scope="session")
def server(sample_index: Path) -> Iterator[Running]:
    """The sample's index, served; it is called `index`."""
    with running([sample_index]) as served:
        yield served


@pytest.fixture
def serving() -> Iterator[Serving]:
    """Start a server of a test's own: `serving([folder], token=...)`."""
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(running(*args, **kwargs))
