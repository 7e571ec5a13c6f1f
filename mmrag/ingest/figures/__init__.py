"""The figures of a page: graphics, regions, captions, kinds."""
