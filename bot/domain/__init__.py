"""What the product is about, without input or output: values, the life of a mention, the rules."""
