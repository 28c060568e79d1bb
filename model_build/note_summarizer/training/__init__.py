"""Fine-tuning: pairs and a checkpoint in, a better checkpoint and everything needed to repeat the run out."""
