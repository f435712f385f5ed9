"""Request and response models. A response model has no defaults: every field is always present."""
