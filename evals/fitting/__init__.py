"""Fitting recall's weights and gates to data sets, on the candidates that recall itself finds."""
