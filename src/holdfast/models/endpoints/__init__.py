"""Guards that are services: asked over HTTP, text by text, and known by their answers alone.

`settings` is what a configuration says of one, `presets` what is usual for some kinds of servers, `template`
makes the request of a text, `reading` reads the answer, `calling` sends, waits and tries again, `service`
asks what is not known yet, and `system` is the system that attacks see.
"""
