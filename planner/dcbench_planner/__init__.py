"""Modelling: from a model's size to layouts, clusters, power, carbon and money."""
