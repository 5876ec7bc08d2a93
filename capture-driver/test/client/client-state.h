/*
 * What a client driver tells about itself. The test asks for it through the device \\.\WsktraceClient, so the driver
 * never waits inside a request: under Wine one thread carries all requests of all drivers.
 *
 * Seen by the driver and by user-mode programs: include the platform's headers first.
 */
#ifndef WSKTRACE_TEST_CLIENT_STATE_H
#define WSKTRACE_TEST_CLIENT_STATE_H

#define CLIENT_DEVICE_NAME L"\\Device\\WsktraceClient"
#define CLIENT_LINK_NAME L"\\DosDevices\\WsktraceClient"

/* Output: CLIENT_STATE. No input. */
#define IOCTL_CLIENT_STATE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)
/* No input, no output. A client that waits for it works from now on, until the handle that it came by is closed. */
#define IOCTL_CLIENT_DRIVE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_READ_ACCESS)

/* A client goes through these in order, and leaves none out unless it fails. */
#define CLIENT_STARTING 0 /* it connects, and sends what needs no slow peer */
#define CLIENT_WAITING 1  /* its great send is in flight and any misuse is done: now the peer may read */
#define CLIENT_FINISHED 2 /* nothing of it is in flight; Status is final */

typedef struct _CLIENT_STATE {
    LONG Phase;            /* CLIENT_* */
    LONG Status;           /* NTSTATUS: what failed, or how the last send ended */
    LONGLONG BytesSent;    /* bytes of the sends that completed with success */
    LONGLONG BytesReceived;
} CLIENT_STATE, *PCLIENT_STATE;

C_ASSERT(sizeof(CLIENT_STATE) == 24);

#endif
