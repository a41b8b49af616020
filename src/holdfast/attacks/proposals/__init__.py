"""Where candidates come from: edits of words, spans and phrases, and the masks that they keep to."""
