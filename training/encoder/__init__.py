"""The encoder: multilingual-e5-small out of packages, cut to the languages we read, as int8 ONNX."""
