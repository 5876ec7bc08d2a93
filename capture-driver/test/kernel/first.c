/*
 * The first process of the machine: the kernel starts it in the place of the session manager, and no other follows. It
 * does what \SystemRoot\first.txt says, a line at a time, and tells each result to the kernel's debug port:
 *
 *   load SERVICE       unload SERVICE      a driver, by its service
 *   targets FILE...    start BYTES         stop        of the capture: whom to watch, the rings' size, and the end
 *   status                                 of the capture, and what holds it in memory
 *   drain                                  its status and rings to \SystemRoot\status.bin and ring-N.bin
 *   wait PHASE         sleep MS            until a client is in that phase (client-state.h); some time
 *   bugcheck                               ends the machine
 *   say TEXT
 *
 * An answer is one line, "first: COMMAND ARGUMENTS: STATUS ...", STATUS an NTSTATUS. "first: end" is the last.
 * Only ntdll is there: no C runtime, no Win32. One thread.
 */
#include <windows.h>
#include <winioctl.h>
#include <winternl.h>

#include "../../src/ioctl.h"
#include "../client/client-state.h"

#define VOLUME L"\\Device\\Harddisk0\\Partition1"
#define SCRIPT L"\\SystemRoot\\first.txt"
#define SCRIPT_BYTES 0x8000
#define LINE_BYTES 256
#define NAME_CHARS 64
#define CHUNK_BYTES 0x40000
#define WAIT_SECONDS 60
#define POLL_MS 10

#define STATUS_SUCCESS ((NTSTATUS)0)
#define STATUS_TIMEOUT_HERE ((NTSTATUS)0xC00000B5) /* STATUS_IO_TIMEOUT */
#define STATUS_UNKNOWN_COMMAND ((NTSTATUS)0xC0000010) /* STATUS_INVALID_DEVICE_REQUEST */
#define STATUS_BROKEN ((NTSTATUS)0xC0000420) /* STATUS_ASSERTION_FAILURE: what the hard error of `bugcheck` says */
#define SE_SHUTDOWN_PRIVILEGE 19
#define SE_LOAD_DRIVER_PRIVILEGE 10
#define OPTION_SHUTDOWN_SYSTEM 6

ULONG __cdecl DbgPrint(PCSTR Format, ...);
NTSTATUS NTAPI NtLoadDriver(PUNICODE_STRING Service);
NTSTATUS NTAPI NtUnloadDriver(PUNICODE_STRING Service);
NTSTATUS NTAPI NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER Time);
NTSTATUS NTAPI NtReadFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG, PLARGE_INTEGER, PULONG);
NTSTATUS NTAPI NtWriteFile(
    HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, const VOID *, ULONG, PLARGE_INTEGER, PULONG);
NTSTATUS NTAPI NtFlushBuffersFile(HANDLE, PIO_STATUS_BLOCK);
NTSTATUS NTAPI RtlAdjustPrivilege(ULONG Privilege, BOOLEAN Enable, BOOLEAN Thread, PBOOLEAN Was);
NTSTATUS NTAPI NtRaiseHardError(NTSTATUS, ULONG, ULONG, PULONG_PTR, ULONG Option, PULONG Response);
NTSTATUS NTAPI NtShutdownSystem(int Action);

typedef struct _COMMAND {
    const char *Name;
    NTSTATUS (*Do)(char *Arguments);
} COMMAND;

static unsigned char Chunk[CHUNK_BYTES];
static char Script[SCRIPT_BYTES + 1];

/* The compiler may call these two. */
void *memset(void *To, int Value, size_t Count)
{
    volatile unsigned char *At = To;
    while (Count--)
        *At++ = (unsigned char)Value;
    return To;
}

void *memcpy(void *To, const void *From, size_t Count)
{
    volatile unsigned char *At = To;
    const unsigned char *Source = From;
    while (Count--)
        *At++ = *Source++;
    return To;
}

static BOOL Same(const char *A, const char *B)
{
    while (*A && *A == *B)
        A++, B++;
    return *A == *B;
}

/* Cuts the first word off *Text; "" at the end. */
static char *Word(char **Text)
{
    while (**Text == ' ')
        ++*Text;
    char *Start = *Text;
    while (**Text && **Text != ' ')
        ++*Text;
    if (**Text)
        *(*Text)++ = 0;
    return Start;
}

static ULONG Number(const char *Text)
{
    ULONG Value = 0;
    while (*Text >= '0' && *Text <= '9')
        Value = Value * 10 + (ULONG)(*Text++ - '0');
    return Value;
}

/* Prefix and Name, into Room characters. */
static void Join(WCHAR *To, ULONG Room, const WCHAR *Prefix, const char *Name)
{
    ULONG At = 0;
    while (*Prefix && At + 1 < Room)
        To[At++] = *Prefix++;
    while (*Name && At + 1 < Room)
        To[At++] = (WCHAR)(unsigned char)*Name++;
    To[At] = 0;
}

static void Sleep_(ULONG Milliseconds)
{
    LARGE_INTEGER Time;
    Time.QuadPart = -(LONGLONG)Milliseconds * 10000;
    NtDelayExecution(FALSE, &Time);
}

static NTSTATUS Open(HANDLE *File, const WCHAR *Name, ACCESS_MASK Access, ULONG Disposition, ULONG Options)
{
    UNICODE_STRING String;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Result;

    RtlInitUnicodeString(&String, Name);
    InitializeObjectAttributes(&Attributes, &String, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return NtCreateFile(File, Access | SYNCHRONIZE, &Attributes, &Result, NULL, FILE_ATTRIBUTE_NORMAL,
                        FILE_SHARE_READ | FILE_SHARE_WRITE, Disposition, FILE_SYNCHRONOUS_IO_NONALERT | Options, NULL, 0);
}

static NTSTATUS OpenForWriting(HANDLE *File, const WCHAR *Name)
{
    return Open(File, Name, FILE_GENERIC_WRITE, FILE_OVERWRITE_IF, FILE_NON_DIRECTORY_FILE | FILE_WRITE_THROUGH);
}

static NTSTATUS Put(HANDLE File, const void *Bytes, ULONG Count)
{
    IO_STATUS_BLOCK Result;
    return Count ? NtWriteFile(File, NULL, NULL, NULL, &Result, Bytes, Count, NULL, NULL) : STATUS_SUCCESS;
}

static void Finish(HANDLE File)
{
    IO_STATUS_BLOCK Result;
    NtFlushBuffersFile(File, &Result);
    NtClose(File);
}

/* --- the drivers --- */

static NTSTATUS ByService(char *Arguments, NTSTATUS(NTAPI *Do)(PUNICODE_STRING))
{
    WCHAR Path[128];
    UNICODE_STRING Service;
    Join(Path, ARRAYSIZE(Path), L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\", Word(&Arguments));
    RtlInitUnicodeString(&Service, Path);
    return Do(&Service);
}

static NTSTATUS Load(char *Arguments)
{
    return ByService(Arguments, NtLoadDriver);
}

static NTSTATUS Unload(char *Arguments)
{
    return ByService(Arguments, NtUnloadDriver);
}

/* A device is open during one request only: an open one keeps its driver loaded. */
static NTSTATUS Ask(const WCHAR *Device, ULONG Code, const void *In, ULONG InLength, void *Out, ULONG OutLength, ULONG *Got)
{
    HANDLE File;
    IO_STATUS_BLOCK Result = {0};
    NTSTATUS Status = Open(&File, Device, FILE_GENERIC_READ | FILE_GENERIC_WRITE, FILE_OPEN, 0);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = NtDeviceIoControlFile(File, NULL, NULL, NULL, &Result, Code, (void *)(ULONG_PTR)In, InLength, Out, OutLength);
    if (Got)
        *Got = (ULONG)Result.Information;
    NtClose(File);
    return Status;
}

/* --- the capture --- */

static NTSTATUS Hello(ULONG Code)
{
    WSKT_HELLO In = {.Version = WSKT_IOCTL_VERSION};
    return Ask(WSKT_DEVICE_NAME, Code, &In, sizeof(In), NULL, 0, NULL);
}

static NTSTATUS GetStatus(WSKT_STATUS *Status)
{
    WSKT_HELLO In = {.Version = WSKT_IOCTL_VERSION};
    return Ask(WSKT_DEVICE_NAME, WSKT_IOCTL_STATUS, &In, sizeof(In), Status, sizeof(*Status), NULL);
}

static NTSTATUS SetTargets(char *Arguments)
{
    static WSKT_TARGETS In;
    memset(&In, 0, sizeof(In));
    In.Version = WSKT_IOCTL_VERSION;
    for (char *Name; In.Count < WSKT_MAX_TARGETS && *(Name = Word(&Arguments));)
        Join(In.Names[In.Count++], WSKT_TARGET_CHARS, L"", Name);
    return Ask(WSKT_DEVICE_NAME, WSKT_IOCTL_SET_TARGETS, &In, sizeof(In), NULL, 0, NULL);
}

static NTSTATUS Start(char *Arguments)
{
    WSKT_START In = {.Version = WSKT_IOCTL_VERSION, .RingBytes = Number(Word(&Arguments))};
    return Ask(WSKT_DEVICE_NAME, WSKT_IOCTL_START, &In, sizeof(In), NULL, 0, NULL);
}

static NTSTATUS Stop(char *Arguments)
{
    (void)Arguments;
    return Hello(WSKT_IOCTL_STOP);
}

static NTSTATUS TellStatus(char *Arguments)
{
    WSKT_STATUS Now;
    NTSTATUS Status = GetStatus(&Now);
    (void)Arguments;
    if (NT_SUCCESS(Status))
        DbgPrint("first: holds=%x flags=%x events=%u written=%u overwritten=%u dropped=%u processors=%u patched=%u "
                 "unseen=%u inflight=%u mdls=%u sockets=%u\n",
                 Now.Holds, Now.Flags, (ULONG)Now.Events, (ULONG)Now.Written, (ULONG)Now.Overwritten,
                 (ULONG)Now.Dropped, Now.Processors, Now.TargetsPatched, Now.TargetsUnseen, Now.InFlight, Now.LiveMdls,
                 Now.OpenSockets);
    return Status;
}

/* What wskctl's recording asks for, in the same order and the same steps. */
static NTSTATUS DrainRing(ULONG Processor, HANDLE File)
{
    const WSKT_DRAINED *Out = (const WSKT_DRAINED *)Chunk;
    WSKT_DRAIN In = {.Version = WSKT_IOCTL_VERSION, .Processor = Processor};
    UINT64 End = MAXUINT64;

    while (In.Position < End) {
        ULONG Got = 0;
        NTSTATUS Status = Ask(WSKT_DEVICE_NAME, WSKT_IOCTL_DRAIN, &In, sizeof(In), Chunk, sizeof(Chunk), &Got);
        if (NT_SUCCESS(Status))
            Status = Put(File, Chunk, Got);
        if (!NT_SUCCESS(Status))
            return Status;
        if (End == MAXUINT64)
            End = Out->Head;
        if (Out->Position <= In.Position && !Out->Bytes)
            break;
        In.Position = Out->Position;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS Drain(char *Arguments)
{
    WSKT_STATUS Now;
    HANDLE File;
    NTSTATUS Status = GetStatus(&Now);
    (void)Arguments;
    if (NT_SUCCESS(Status) && (Now.Flags & WSKT_RUNNING))
        Status = Hello(WSKT_IOCTL_RUNDOWN);
    for (ULONG i = 0; NT_SUCCESS(Status) && i < Now.Processors && i < 10; i++) {
        WCHAR Name[NAME_CHARS];
        char Digit[] = {(char)('0' + i), '.', 'b', 'i', 'n', 0};
        Join(Name, NAME_CHARS, L"\\SystemRoot\\ring-", Digit);
        Status = OpenForWriting(&File, Name);
        if (!NT_SUCCESS(Status))
            break;
        Status = DrainRing(i, File);
        Finish(File);
    }
    if (NT_SUCCESS(Status))
        Status = GetStatus(&Now);
    if (NT_SUCCESS(Status))
        Status = OpenForWriting(&File, L"\\SystemRoot\\status.bin");
    if (NT_SUCCESS(Status)) {
        Status = Put(File, &Now, sizeof(Now));
        Finish(File);
    }
    if (NT_SUCCESS(Status)) /* the folder too: the machine may end without a shutdown */
        Status = Open(&File, VOLUME, FILE_GENERIC_READ | FILE_GENERIC_WRITE, FILE_OPEN, 0);
    if (NT_SUCCESS(Status))
        Finish(File);
    return Status;
}

/* --- the client and the machine --- */

static NTSTATUS WaitForPhase(char *Arguments)
{
    CLIENT_STATE State = {0};
    LONG Phase = (LONG)Number(Word(&Arguments));
    NTSTATUS Status = STATUS_TIMEOUT_HERE;

    for (ULONG i = 0; i < WAIT_SECONDS * 1000 / POLL_MS; i++) {
        Status = Ask(CLIENT_DEVICE_NAME, IOCTL_CLIENT_STATE, NULL, 0, &State, sizeof(State), NULL);
        if (!NT_SUCCESS(Status) || State.Phase >= Phase)
            break;
        Status = STATUS_TIMEOUT_HERE;
        Sleep_(POLL_MS);
    }
    DbgPrint("first: client phase=%d status=%08x sent=%u received=%u\n", State.Phase, State.Status,
             (ULONG)State.BytesSent, (ULONG)State.BytesReceived);
    return Status;
}

static NTSTATUS SleepFor(char *Arguments)
{
    Sleep_(Number(Word(&Arguments)));
    return STATUS_SUCCESS;
}

static NTSTATUS Bugcheck(char *Arguments)
{
    BOOLEAN Was;
    ULONG Response;
    (void)Arguments;
    RtlAdjustPrivilege(SE_SHUTDOWN_PRIVILEGE, TRUE, FALSE, &Was);
    return NtRaiseHardError(STATUS_BROKEN, 0, 0, NULL, OPTION_SHUTDOWN_SYSTEM, &Response);
}

static NTSTATUS Say(char *Arguments)
{
    (void)Arguments;
    return STATUS_SUCCESS;
}

static const COMMAND Commands[] = {
    {"load", Load},       {"unload", Unload}, {"targets", SetTargets}, {"start", Start},       {"stop", Stop},
    {"status", TellStatus}, {"drain", Drain},   {"wait", WaitForPhase},  {"sleep", SleepFor},    {"bugcheck", Bugcheck},
    {"say", Say},
};

static void Do(char *Line)
{
    char Copy[LINE_BYTES];
    ULONG i = 0;
    NTSTATUS Status = STATUS_UNKNOWN_COMMAND;

    for (; Line[i] && i < LINE_BYTES - 1; i++)
        Copy[i] = Line[i];
    Copy[i] = 0;
    char *Arguments = Line;
    const char *Name = Word(&Arguments);
    for (i = 0; i < ARRAYSIZE(Commands); i++)
        if (Same(Commands[i].Name, Name))
            Status = Commands[i].Do(Arguments);
    DbgPrint("first: %s: %08x\n", Copy, Status);
}

static NTSTATUS ReadScript(void)
{
    HANDLE File;
    IO_STATUS_BLOCK Result = {0};
    NTSTATUS Status = Open(&File, SCRIPT, FILE_GENERIC_READ, FILE_OPEN, FILE_NON_DIRECTORY_FILE);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = NtReadFile(File, NULL, NULL, NULL, &Result, Script, SCRIPT_BYTES, NULL, NULL);
    NtClose(File);
    Script[NT_SUCCESS(Status) ? Result.Information : 0] = 0;
    return Status;
}

void NTAPI NtProcessStartup(void *Peb);

void NTAPI NtProcessStartup(void *Peb)
{
    BOOLEAN Was;
    NTSTATUS Status = ReadScript();

    (void)Peb;
    DbgPrint("first: script: %08x\n", Status);
    RtlAdjustPrivilege(SE_LOAD_DRIVER_PRIVILEGE, TRUE, FALSE, &Was);
    for (char *Line = Script; *Line;) {
        char *End = Line;
        while (*End && *End != '\n')
            End++;
        BOOL More = *End != 0;
        *End = 0;
        if (*Line)
            Do(Line);
        Line = More ? End + 1 : End;
    }
    DbgPrint("first: end\n");
    NtShutdownSystem(0); /* file systems flushed, machine halted; where that does not return, the harness ends it */
    for (;;)
        Sleep_(1000);
}
