"""SageMaker: training jobs, model packages, models, endpoints, and cleaning up after them."""
