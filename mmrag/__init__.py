"""mmrag: local retrieval and answers over page images, figures and text, with evidence."""

__version__ = "0.1.0"
