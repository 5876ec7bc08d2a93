"""One story for each run: what the client does, what the other end gets, and what the capture of it must show."""

from stories import crowd, cycles, driven, listener, one_socket, unload

# The one that takes longest comes first: two are played at a time.
STORIES = {**cycles.STORIES, **one_socket.STORIES, **listener.STORIES, **crowd.STORIES, **driven.STORIES,
           **unload.STORIES}
