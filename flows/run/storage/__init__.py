"""Storage with an S3 interface: inputs are fetched from it, finished runs are uploaded to it."""
