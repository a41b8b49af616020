"""The steps of a campaign, one stage a file: functions from a `StepContext` to a `StepOutput`."""
