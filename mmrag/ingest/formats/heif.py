"""HEIC pictures, as phones take them: read by pillow-heif, where that is installed."""

from functools import cache
from importlib.util import find_spec

ADVICE = "HEIC pictures need pillow-heif: `pip install 'mmrag[heic]'`, and run with --retry-failed"


@cache
def register() -> bool:
    """Let Pillow open HEIC pictures; whether it can."""
    if find_spec("pillow_heif") is None:
        return False
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    return True
