"""Every attack against the first and the last model of a campaign."""
