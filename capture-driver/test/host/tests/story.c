#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "story.h"
#include "test.h"

static CLIENT_STATE StateOf(HOST_FILE *File)
{
    CLIENT_STATE State;
    ULONG_PTR Bytes;
    CHECK_STATUS(STATUS_SUCCESS, HostIoctl(File, IOCTL_CLIENT_STATE, NULL, 0, &State, sizeof State, &Bytes));
    CHECK_EQUAL(sizeof State, Bytes);
    return State;
}

static CLIENT_STATE Await(HOST_FILE *File, LONG Phase)
{
    for (;;) {
        CLIENT_STATE State = StateOf(File);
        if (State.Phase >= Phase)
            return State;
        sched_yield();
    }
}

static void SetParameters(const char *Client)
{
    WCHAR Key[160];
    char Ascii[160];
    snprintf(Ascii, sizeof Ascii, "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\%s\\Parameters", Client);
    for (int i = 0; i <= (int)strlen(Ascii); i++)
        Key[i] = (WCHAR)Ascii[i];
    HostRegistrySet(Key, L"Port", REG_DWORD, &(ULONG) {4711}, 4);
    HostRegistrySet(Key, L"PayloadBytes", REG_DWORD, &(ULONG) {STORY_PAYLOAD}, 4);
    HostRegistrySet(Key, L"UseDisconnect", REG_DWORD, &(ULONG) {1}, 4);
}

static void CheckWire(HOST_SOCKET *Socket)
{
    SIZE_T Greeting = Socket->WireBytes - STORY_PAYLOAD;
    CHECK(Socket->WireBytes >= STORY_PAYLOAD);
    for (SIZE_T i = 0; i < Socket->WireBytes; i++) {
        SIZE_T At = i < Greeting ? i : i - Greeting;
        if (Socket->Wire[i] != (UCHAR)(At * 31 + (At >> 8)))
            TestFailed(__FILE__, __LINE__, "byte %zu on the wire is wrong", (size_t)i);
    }
}

void StoryRun(STORY *Story, const char *Client, ULONG Forgives, void (*Between)(STORY *), bool Unload)
{
    char Path[512];
    HOST_FILE File;
    *Story = (STORY) {0};
    SetParameters(Client);
    HostWskHoldSends(64 << 10);
    HostWskTouch(!(Forgives & StoryNoTouch));
    HostWskLateLocation(Forgives & StoryIrpTwice);
    HostIrpKeepLocations(Forgives & StoryIrpTwice);
    HostWskForgiveClosed(Forgives & StoryForgivesClosed);
    HostWskForgiveLeaks(Forgives & StoryForgivesLeaks);
    HostIrpForgiveTop(Forgives & StoryForgivesTop);
    snprintf(Path, sizeof Path, "%s/%s.sys.so", CLIENT_FOLDER, Client);
    CHECK_STATUS(STATUS_SUCCESS, HostDriverLoad(&Story->Driver, Client, Path));
    CHECK_STATUS(STATUS_SUCCESS, HostOpen(&File, CLIENT_LINK_NAME));

    CLIENT_STATE State = Await(&File, CLIENT_WAITING);
    CHECK_EQUAL(CLIENT_WAITING, State.Phase);
    if (Between != NULL)
        Between(Story);
    HOST_SOCKET *Socket = HostWskSocketAt(0);
    CHECK(HostWskComplete(HostSend, STATUS_SUCCESS));
    if (strcmp(Client, "clean-client") == 0) {
        CheckWire(Socket);
        ULONGLONG Count = Socket->WireBytes;
        HostWskFeed(Socket, &Count, sizeof Count);
        HostWskFeedEnd(Socket);
    }
    Story->Final = Await(&File, CLIENT_FINISHED);
    HostClose(&File);
    HostJoinThreads();
    if (Unload)
        StoryUnload(Story);
}

void StoryUnload(STORY *Story)
{
    CHECK_STATUS(STATUS_SUCCESS, HostDriverUnload(&Story->Driver));
    Story->SocketsLeft = HostWskSockets();
    HostRegistryClear();
}
