"""The demo portal: a small regional news site, rendered on the server from the public API, with the widgets in it.

It is an example to copy: nothing here touches a store, and every page can be read without JavaScript.
"""
