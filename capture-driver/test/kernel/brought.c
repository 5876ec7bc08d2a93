/*
 * What the first process brought back, as an .etl: `brought FOLDER FILE`. The tool's own recording writes it; in the
 * place of tool/device.c stand the answers that first.c kept, in their order. Exit status as wskctl's.
 */
#include "wskctl.h"

#include <string.h>

int RecordingDrain(HANDLE Device, const wchar_t *Name, BOOL Force);

static const char *Folder;

static FILE *Open(const char *Name)
{
    char Path[4096];
    if (snprintf(Path, sizeof Path, "%s/%s", Folder, Name) >= (int)sizeof Path)
        return NULL;
    return fopen(Path, "rb");
}

int Failed(DWORD error, const wchar_t *format, ...)
{
    (void)format;
    fprintf(stderr, "brought: the .etl cannot be written, error %u\n", error);
    return EXIT_FAILED;
}

int Refused(const wchar_t *format, ...)
{
    fprintf(stderr, "brought: ");
    for (; *format; format++)
        fputc((char)*format, stderr);
    fputc('\n', stderr);
    return EXIT_FAILED;
}

int DeviceStatus(HANDLE device, WSKT_STATUS *status)
{
    FILE *file = Open("status.bin");
    size_t got = file ? fread(status, 1, sizeof *status, file) : 0;
    (void)device;
    if (file)
        fclose(file);
    if (got != sizeof *status || status->Version != WSKT_IOCTL_VERSION)
        return Refused(L"status.bin is missing, cut or of another version");
    return EXIT_DONE;
}

int DeviceSend(HANDLE device, DWORD code, const void *in, DWORD length, const wchar_t *what)
{
    (void)device, (void)code, (void)in, (void)length, (void)what;
    return EXIT_DONE; /* the driver was asked for a rundown before it was drained */
}

int DeviceDrain(HANDLE device, UINT32 processor, UINT64 position, WSKT_DRAINED *out, DWORD length)
{
    static FILE *file;
    static UINT32 open;
    char name[32];

    (void)device;
    if (!file || open != processor + 1) {
        if (file)
            fclose(file);
        snprintf(name, sizeof name, "ring-%u.bin", processor);
        file = Open(name);
        open = processor + 1;
    }
    if (!file)
        return Refused(L"a ring was not brought back");
    if (fread(out, 1, sizeof *out, file) != sizeof *out) { /* no more answers: nothing is left to read */
        *out = (WSKT_DRAINED){.Version = WSKT_IOCTL_VERSION, .Position = position, .Head = position};
        return EXIT_DONE;
    }
    if (out->Version != WSKT_IOCTL_VERSION || out->Bytes > length - sizeof *out ||
        fread(out + 1, 1, out->Bytes, file) != out->Bytes)
        return Refused(L"a ring is cut or of another version");
    return EXIT_DONE;
}

int main(int count, char **arguments)
{
    wchar_t name[4096];
    size_t i = 0;

    if (count != 3 || strlen(arguments[2]) >= sizeof name / sizeof *name) {
        fprintf(stderr, "Usage: brought FOLDER FILE\n");
        return EXIT_USAGE;
    }
    Folder = arguments[1];
    for (; arguments[2][i]; i++)
        name[i] = (unsigned char)arguments[2][i];
    name[i] = 0;
    return RecordingDrain(NULL, name, TRUE);
}
