/*
 * When the driver may be unloaded, and that a request to unload which comes at the worst moment finds everything as it
 * must be: DriverUnload set, nothing running. The fake kernel ends the test otherwise.
 */
#include "capture.h"

static const WSKT_HELLO Hello = {.Version = WSKT_IOCTL_VERSION};
static const WSKT_START Start = {.Version = WSKT_IOCTL_VERSION, .RingBytes = 0x40000, .Slots = 64};
static NTSTATUS Granted;
DRIVER_INITIALIZE DriverEntry;

static void Unload(void)
{
    Granted = HostDriverUnload(&CaptureDriver);
}

static void Load(void)
{
    CHECK_STATUS(STATUS_SUCCESS, HostDriverStart(&CaptureDriver, "wsktrace", DriverEntry));
}

static void Open(void)
{
    CHECK_STATUS(STATUS_SUCCESS, HostOpen(&CaptureFile, WSKT_LINK_NAME));
}

TEST(an_unload_that_was_granted_while_the_device_was_being_opened_keeps_a_capture_from_starting)
{
    Load();
    HostOnOpen(Unload); /* the open has been let in, and the driver does not know of it yet */
    Open();
    CHECK_STATUS(STATUS_PENDING, Granted);
    CHECK_STATUS(STATUS_DELETE_PENDING, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
    CHECK_EQUAL(0, CaptureStatus().Flags & WSKT_RUNNING);
    CHECK(HostDriverIsLoaded(&CaptureDriver));
    HostClose(&CaptureFile);
    CHECK(!HostDriverIsLoaded(&CaptureDriver));
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

/* The system looks at DriverUnload before the device is opened, and grants the unload when a capture runs already. */
static void OpenAndStart(void)
{
    Open();
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
}

TEST(an_unload_that_is_granted_when_a_capture_runs_already_comes_after_its_stop)
{
    Load();
    HostOnUnloadRequest(OpenAndStart);
    Unload();
    CHECK_STATUS(STATUS_PENDING, Granted);
    CHECK(CaptureStatus().Flags & WSKT_RUNNING);
    CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_STOP, &Hello, sizeof Hello));
    CHECK(HostDriverIsLoaded(&CaptureDriver));
    HostClose(&CaptureFile);
    CHECK(!HostDriverIsLoaded(&CaptureDriver));
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(an_unload_that_is_granted_when_a_capture_runs_does_not_happen_at_a_close)
{
    Load();
    HostOnUnloadRequest(OpenAndStart);
    Unload();
    HostClose(&CaptureFile);
    CHECK(HostDriverIsLoaded(&CaptureDriver)); /* for good: nobody can open it to stop it, and nothing breaks */
    CHECK_STATUS(STATUS_NO_SUCH_DEVICE, HostOpen(&CaptureFile, WSKT_LINK_NAME));
}

TEST(captures_and_unloads_alternate)
{
    for (int i = 0; i < 3; i++) {
        CaptureLoad();
        CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
        CaptureStop();
        CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
        CHECK_STATUS(STATUS_INVALID_DEVICE_REQUEST, HostDriverUnload(&CaptureDriver));
        CaptureStop();
        CaptureUnload();
    }
}

TEST(the_own_file_is_given_back_though_others_come_and_go)
{
    CaptureLoad();
    for (int i = 0; i < 300; i++) { /* more than there are handles */
        CHECK_STATUS(STATUS_SUCCESS, CaptureAsk(WSKT_IOCTL_START, &Start, sizeof Start));
        CaptureStop();
        HostClose(&CaptureFile);
        Open();
    }
    CaptureUnload();
}

/* Whoever comes and goes: a start fails only because one runs, the stop of one only because it was stopped. */
static volatile LONG Wrong;

static VOID OpenAndAsk(PVOID Context)
{
    (void)Context;
    for (int i = 0; i < 100; i++) {
        HOST_FILE File;
        WSKT_STATUS Status;
        bool Right = HostOpen(&File, WSKT_LINK_NAME) == STATUS_SUCCESS;
        NTSTATUS Started = HostIoctl(&File, WSKT_IOCTL_START, &Start, sizeof Start, NULL, 0, NULL);
        Right &= Started == STATUS_SUCCESS || Started == STATUS_INVALID_DEVICE_STATE;
        Right &= HostIoctl(&File, WSKT_IOCTL_STATUS, &Hello, sizeof Hello, &Status, sizeof Status, NULL) == STATUS_SUCCESS;
        NTSTATUS Stopped = HostIoctl(&File, WSKT_IOCTL_STOP, &Hello, sizeof Hello, NULL, 0, NULL);
        Right &= Stopped == STATUS_SUCCESS || Stopped == STATUS_INVALID_DEVICE_STATE;
        HostClose(&File);
        if (!Right)
            InterlockedIncrement(&Wrong);
    }
}

TEST(threads_that_open_start_stop_and_close_at_once_leave_a_driver_that_can_be_unloaded)
{
    Load();
    for (int i = 0; i < 4; i++) {
        HANDLE Thread;
        CHECK_STATUS(STATUS_SUCCESS, PsCreateSystemThread(&Thread, 0, NULL, NULL, NULL, OpenAndAsk, NULL));
        ZwClose(Thread);
    }
    HostJoinThreads();
    CHECK_EQUAL(0, Wrong);
    Open();
    CHECK_EQUAL(0, CaptureStatus().Flags & WSKT_RUNNING);
    CaptureUnload();
}
