"""Time of one optimizer step, part by part."""
