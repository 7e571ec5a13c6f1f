"""What is closed at the end of a `with` block."""

from typing import Self


class Closing:
    """Holds something until it is closed: `with` closes it, whatever happens within."""

    def close(self) -> None:
        """Let go of what is held."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
