"""mblint: finds in rendered Helm manifests what will fail at run time."""

__version__ = "0.1.0"
