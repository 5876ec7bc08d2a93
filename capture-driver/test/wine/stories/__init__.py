"""One story for each run: what the client does, what the other end gets, and what the capture of it must show."""

from stories import crowd, driven, listener, one_socket, unload

STORIES = {**one_socket.STORIES, **listener.STORIES, **crowd.STORIES, **driven.STORIES, **unload.STORIES}
