"""Training: corpus, optimisers, the training loop, recipes, evaluation. No Qt. Read `trainer.py` first."""
