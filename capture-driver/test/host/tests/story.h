/*
 * The life of one client driver on the fake kernel: loaded, its great send held as by a slow peer, its misuse done,
 * then the send completed, the peer's answer given, and the driver unloaded.
 */
#pragma once

#include "hostwsk.h"

#include "client-state.h"

#define STORY_PAYLOAD (256u << 10)

/* What the provider has to forgive so that the story can be told to its end. */
typedef enum {
    StoryStrict = 0,
    StoryNoTouch = 1,      /* the client's memory may be gone when the send completes */
    StoryIrpTwice = 2,     /* an IRP may complete twice, as on Wine */
    StoryForgivesClosed = 4,  /* a socket may be closed twice */
    StoryForgivesLeaks = 8, /* sockets may be open at WskDeregister */
    StoryForgivesTop = 16   /* an IRP may complete with no routine left to run */
} STORY_FORGIVES;

typedef struct {
    CLIENT_STATE Final;
    SIZE_T SocketsLeft;
    HOST_DRIVER Driver;
} STORY;

/* Between, when not NULL, runs while the great send is in flight. The driver is unloaded afterwards when Unload. */
void StoryRun(STORY *Story, const char *Client, ULONG Forgives, void (*Between)(STORY *), bool Unload);
void StoryUnload(STORY *Story);
