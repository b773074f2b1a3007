"""The fictitious company あおぞら計装 with months of plausible history, the same for the same seed."""
