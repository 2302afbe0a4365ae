"""The demo: invented articles, comments and clicks, sent through the public API like anybody's."""
