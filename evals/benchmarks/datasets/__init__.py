"""Public data sets, read from where their users put them. None of them is part of Bespoke."""
