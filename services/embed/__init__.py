"""The widgets: web components that any page can use, served under `/embed/`.

widgets/     the modules as they are written; a browser runs them as they are, there is no build step
released/    versions that were handed out before, each in a folder of its name, served for ever
"""
