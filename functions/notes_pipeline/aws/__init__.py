"""The only boto3 of the pipeline: objects, ledger, inference, queues and events, and the translation of errors."""
