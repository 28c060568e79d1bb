"""The pure core: no boto3, clock, environment or logger. Time, ids and limits are arguments."""
