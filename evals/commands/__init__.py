"""The sub-commands of `bespoke eval`, one file each; what they run is imported when they run."""
