"""Files into documents, pages, figures and passages."""
