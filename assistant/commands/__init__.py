"""The sub-commands of `bespoke`, one file each. They import what is heavy only when they run."""
