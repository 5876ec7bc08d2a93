/*
 * tool/device.c of the host: the tool's requests go to the driver that the test has loaded. Compiled with the tool's
 * headers; the kernel's are on the other side of Ask.
 */
#include "wskctl.h"

#include <stdarg.h>

int Ask(unsigned Code, const void *In, unsigned InLength, void *Out, unsigned OutLength, unsigned *Got);

int Failed(DWORD error, const wchar_t *format, ...)
{
    (void)format;
    fprintf(stderr, "wskctl: failed, error %u\n", error);
    return EXIT_FAILED;
}

int Refused(const wchar_t *format, ...)
{
    fprintf(stderr, "wskctl: ");
    for (; *format != 0; format++)
        fputc((char)*format, stderr);
    fputc('\n', stderr);
    return EXIT_FAILED;
}

int WrongUsage(const wchar_t *format, ...)
{
    (void)format;
    return EXIT_USAGE;
}

int DeviceOpen(HANDLE *device)
{
    *device = NULL;
    return EXIT_DONE;
}

int DeviceStatus(HANDLE device, WSKT_STATUS *status)
{
    WSKT_HELLO hello = {.Version = WSKT_IOCTL_VERSION};
    unsigned got;
    (void)device;
    return Ask(WSKT_IOCTL_STATUS, &hello, sizeof hello, status, sizeof *status, &got);
}

int DeviceSend(HANDLE device, DWORD code, const void *in, DWORD length, const wchar_t *what)
{
    unsigned got;
    (void)device, (void)what;
    return Ask(code, in, length, NULL, 0, &got);
}

int DeviceDrain(HANDLE device, UINT32 processor, UINT64 position, WSKT_DRAINED *out, DWORD length)
{
    WSKT_DRAIN drain = {.Version = WSKT_IOCTL_VERSION, .Processor = processor, .Position = position};
    unsigned got;
    (void)device;
    return Ask(WSKT_IOCTL_DRAIN, &drain, sizeof drain, out, length, &got);
}
