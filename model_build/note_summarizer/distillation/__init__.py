"""Distillation: a smaller, faster student out of a trained teacher, by shrinking it and fine-tuning what is left."""
