"""`python -m mmrag` is `mmrag`."""

from mmrag.cli import main

main()
