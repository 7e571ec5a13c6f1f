"""Files in buckets and behind servers, by fsspec: listed, and copied here to be read."""
