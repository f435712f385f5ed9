"""Deal checks over HTTP against a made-up book, beside an endpoint of the same framework that only echoes its body."""
