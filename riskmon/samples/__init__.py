"""The sample bank: fictional, generated from a seed, with planted stories whose answers are known."""
