#include "wskctl.h"

#include "../src/wsktrace_events.h"

#include <stdarg.h>
#include <stdlib.h>
#include <wchar.h>

static const char Usage[] =
    "wskctl drives the WSK capture driver, wsktrace.sys.\n"
    "\n"
    "  wskctl install [FILE] [--group NAME]   make the service; FILE: wsktrace.sys beside wskctl.exe unless told,\n"
    "                                         --group: its load order group\n"
    "  wskctl start [--ring KIB] [--slots N] [--level N] [--keywords HEX]\n"
    "                                         load the driver if need be, and start a capture; --ring: for each\n"
    "                                         processor, --slots: operations in flight at a time\n"
    "  wskctl targets NAME[=TIER,...]...      the drivers to capture, by file name or pattern (net*, x?.sys), as they\n"
    "                                         load from now on; of each the tiers calls (always), mdls, pool, and on\n"
    "                                         request only: waits, hashes, stacks\n"
    "  wskctl targets add NAME[=TIER,...]...  these too, or with other tiers\n"
    "  wskctl targets remove NAME...          these no more\n"
    "  wskctl targets [list]                  what is set, what is loaded of it, and what has to be restarted\n"
    "  wskctl boot [on [--early] | off]       capture from the system's start on, with the targets and options of the\n"
    "                                         last start; --early: before the drivers that start with the system\n"
    "  wskctl status                          what it does, what was lost, and what keeps it loaded\n"
    "  wskctl drain [-o] FILE.etl [--force]   write what the rings hold; they keep it\n"
    "  wskctl drain [-o] FILE.etl --follow [--seconds N] [--force]\n"
    "                                         write it as it comes, until Ctrl-C, N seconds or the end of the capture;\n"
    "                                         what was overwritten before it was read is counted and said\n"
    "  wskctl stop                            end the capture; the rings keep what they hold\n"
    "  wskctl faults --test-machine WORD...   disturb the targets on purpose, until the capture stops; each injection is in\n"
    "                                         the trace: hold=200ms (completions come later), reorder=4 (one in 4 after\n"
    "                                         others), fail=100:STATUS (one call in 100; times=N at most), of\n"
    "                                         verbs=WskSend,... (or all) and targets=NAME,...\n"
    "  wskctl faults off                      end that; what was held is delivered\n"
    "  wskctl uninstall                       unload the driver where it can be, and remove the service\n"
    "\n"
    "Targets and the options of start are kept, and apply after a restart of the system too.\n"
    "\n"
    "Exit status: 0 done, 2 wrong usage, 3 failed.\n";

static void Say(const wchar_t *format, va_list arguments)
{
    fputs("wskctl: ", stderr);
    vfwprintf(stderr, format, arguments);
}

int Failed(DWORD error, const wchar_t *format, ...)
{
    wchar_t *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    Say(format, arguments);
    va_end(arguments);
    FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                   error, 0, (wchar_t *)&text, 0, NULL);
    if (text)
        text[wcscspn(text, L"\r\n")] = 0;
    fwprintf(stderr, L": %ls (error %lu)\n", text ? text : L"unknown", error);
    LocalFree(text);
    return EXIT_FAILED;
}

int Refused(const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Say(format, arguments);
    va_end(arguments);
    fputs("\n", stderr);
    return EXIT_FAILED;
}

int WrongUsage(const wchar_t *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    Say(format, arguments);
    va_end(arguments);
    fputs("; 'wskctl help' tells how\n", stderr);
    return EXIT_USAGE;
}

static int Install(int count, wchar_t **words)
{
    const wchar_t *file = NULL, *group = NULL;
    for (int i = 0; i < count; i++) {
        if (!wcscmp(words[i], L"--group") && i + 1 < count)
            group = words[++i];
        else if (words[i][0] == L'-' || file)
            return WrongUsage(L"install: what is %ls?", words[i]);
        else
            file = words[i];
    }
    return ServiceInstall(file, group);
}

enum { MAX_SECONDS = 365 * 24 * 3600 };

/* A whole number and nothing behind it. */
static BOOL Number(const wchar_t *word, int base, UINT64 *value)
{
    wchar_t *end;
    *value = wcstoull(word, &end, base);
    return *word && *word != L'-' && !*end;
}

static int Start(int count, wchar_t **words)
{
    WSKT_START start = {.Version = WSKT_IOCTL_VERSION};
    HANDLE device;

    for (int i = 0; i < count; i += 2) {
        UINT64 value;
        BOOL hex = !wcscmp(words[i], L"--keywords");
        if (i + 1 == count || !Number(words[i + 1], hex ? 16 : 10, &value))
            return WrongUsage(L"start: %ls needs a number", words[i]);
        if (hex) {
            start.Keywords = value;
        } else if (!wcscmp(words[i], L"--ring")) {
            if (value < WSKT_MIN_RING_BYTES / 1024 || value > WSKT_MAX_RING_BYTES / 1024)
                return WrongUsage(L"start: --ring is %d to %d KiB", WSKT_MIN_RING_BYTES / 1024,
                                  WSKT_MAX_RING_BYTES / 1024);
            start.RingBytes = (UINT32)value * 1024;
        } else if (!wcscmp(words[i], L"--slots")) {
            if (value < WSKT_MIN_SLOTS || value > WSKT_MAX_SLOTS)
                return WrongUsage(L"start: --slots is %d to %d", WSKT_MIN_SLOTS, WSKT_MAX_SLOTS);
            start.Slots = (UINT32)value;
        } else if (!wcscmp(words[i], L"--level") && value && value <= 255) {
            start.Level = (UINT32)value;
        } else {
            return WrongUsage(L"start: what is %ls %ls?", words[i], words[i + 1]);
        }
    }
    BOOL loaded = FALSE;
    WSKT_STATUS now;
    int status = ServiceStart(&loaded);
    if (!status)
        status = DeviceOpen(&device);
    if (!status && loaded)
        status = DeviceStatus(device, &now);
    if (status)
        return status;
    if (loaded && now.Flags & WSKT_RUNNING) { /* CaptureAtBoot: see 'wskctl boot' */
        if (count)
            return Refused(L"the capture began with the driver's load, by the settings that were kept; 'wskctl stop' first");
        printf("the capture began with the driver's load\n");
        return EXIT_DONE;
    }
    status = DeviceSend(device, WSKT_IOCTL_START, &start, sizeof(start), L"the capture does not start");
    return status ? status : SettingsKeepStart(&start);
}

static const struct {
    const wchar_t *Name;
    UINT32 Tier;
} Tiers[] = {
    {L"mdls", WsktTiers_MdlCalls},
    {L"pool", WsktTiers_PoolCalls},
    {L"waits", WsktTiers_Waits},
    {L"hashes", WsktTiers_Hashes},
    {L"stacks", WsktTiers_Stacks},
    {L"calls", WsktTiers_WskCalls},
};

UINT32 TiersOf(const wchar_t *words)
{
    UINT32 bits = 0;
    for (const wchar_t *word = words; word;) {
        size_t length = wcscspn(word, L","), i = 0;
        while (i < sizeof(Tiers) / sizeof(*Tiers) && (wcslen(Tiers[i].Name) != length || wcsncmp(word, Tiers[i].Name, length)))
            i++;
        if (i == sizeof(Tiers) / sizeof(*Tiers))
            return 0;
        bits |= Tiers[i].Tier;
        word = word[length] ? word + length + 1 : NULL;
    }
    return bits;
}

void TierWords(UINT32 tiers, wchar_t words[TIER_WORDS_CHARS])
{
    *words = 0;
    for (size_t i = sizeof(Tiers) / sizeof(*Tiers); i-- > 0;)
        if (tiers & Tiers[i].Tier) {
            wcscat(words, *words ? L"," : L"");
            wcscat(words, Tiers[i].Name);
        }
}

static int Status(void)
{
    HANDLE device;
    WSKT_STATUS s;
    int status = DeviceOpen(&device);
    if (!status)
        status = DeviceStatus(device, &s);
    if (status)
        return status;

    printf("capture     %s\n", s.Flags & WSKT_RUNNING ? "running" : s.StartTime ? "stopped" : "never started");
    printf("events      %llu, to ETW too: %s\n", (unsigned long long)s.Events, s.Flags & WSKT_ETW ? "yes" : "no");
    printf("rings       %u, each of %u KiB, %llu records written, %llu overwritten, %llu dropped\n", s.Processors,
           s.RingBytes / 1024, (unsigned long long)s.Written, (unsigned long long)s.Overwritten,
           (unsigned long long)s.Dropped);
    printf("operations  %u in flight, %u of %u slots free, %llu not followed, %llu stray completions\n", s.InFlight,
           s.FreeSlots, s.Slots, (unsigned long long)s.Unwrapped, (unsigned long long)s.Strays);
    printf("objects     %u MDLs, %u sockets open, %u sockets not followed, %llu pool blocks of unknown size\n",
           s.LiveMdls, s.OpenSockets, s.Unshimmed, (unsigned long long)s.Unsized);
    printf("callbacks   of %u sockets come to us first, of %u they do not\n", s.Callbacks, s.CallbacksUnwrapped);
    if (s.NmrUnfollowed)
        printf("registrar   %u attaches of drivers with other interfaces too, not followed\n", s.NmrUnfollowed);
    printf("records     level %u, keywords %llx%s\n", s.Level, (unsigned long long)s.Keywords,
            s.Flags & WSKT_AT_LOAD ? ", from the driver's load on" : "");
    if (s.Flags & WSKT_AT_LOAD && s.AtLoad)
        printf("            the capture did not start with the driver: NTSTATUS %08x\n", s.AtLoad);
    if (s.SettingsIgnored)
        printf("settings    %u kept ones are malformed and were ignored; 'wskctl targets' and 'wskctl start' write them anew\n",
               s.SettingsIgnored);
    printf("targets     %u names, %u loaded, %u patched, %u whose unload would not be seen, %u missed\n", s.TargetNames,
           s.TargetsLoaded, s.TargetsPatched, s.TargetsUnseen, s.TargetsMissed);
    if (s.TargetsEarlier)
        printf("            %u loaded already: restart %s to capture it\n", s.TargetsEarlier,
               s.TargetsEarlier == 1 ? "that driver" : "each of those drivers");
    FaultsPrint(&s.Faults);
    printf("held by    %s%s%s%s%s%s%s\n", s.Holds ? "" : " nothing: the driver can be unloaded",
           s.Holds & WSKT_HOLD_RUNNING ? " [the capture]" : "",
           s.Holds & WSKT_HOLD_TARGET ? " [a target that is still loaded]" : "",
           s.Holds & WSKT_HOLD_IN_FLIGHT ? " [an IRP in flight]" : "",
           s.Holds & WSKT_HOLD_SOCKET ? " [an open socket]" : "",
           s.Holds & WSKT_HOLD_UNLOADING ? " [a target that is unloading]" : "",
           s.Holds & WSKT_HOLD_CALLBACK ? " [a socket whose callbacks come to us]" : "");
    printf("boot        ");
    return ServiceShowBoot();
}

static int Drain(int count, wchar_t **words)
{
    const wchar_t *file = NULL;
    BOOL force = FALSE, follow = FALSE;
    UINT64 seconds = 0;
    HANDLE device;

    for (int i = 0; i < count; i++) {
        if (!wcscmp(words[i], L"--force"))
            force = TRUE;
        else if (!wcscmp(words[i], L"--follow"))
            follow = TRUE;
        else if (!wcscmp(words[i], L"--seconds") && i + 1 < count && Number(words[i + 1], 10, &seconds) && seconds &&
                 seconds <= MAX_SECONDS)
            i++;
        else if (!wcscmp(words[i], L"-o") && i + 1 < count && !file)
            file = words[++i];
        else if (words[i][0] != L'-' && !file)
            file = words[i];
        else
            return WrongUsage(L"drain: what is %ls?", words[i]);
    }
    if (!file)
        return WrongUsage(L"drain: into which file?");
    if (seconds && !follow)
        return WrongUsage(L"drain: --seconds is how long to --follow");
    int status = DeviceOpen(&device);
    if (status)
        return status;
    return follow ? RecordingFollow(device, file, force, seconds) : RecordingDrain(device, file, force);
}

static int Boot(int count, wchar_t **words)
{
    BOOL on = count && !wcscmp(words[0], L"on"), early = on && count == 2 && !wcscmp(words[1], L"--early");
    if (!count)
        return ServiceShowBoot();
    if ((!on && wcscmp(words[0], L"off")) || count > 1 + early)
        return WrongUsage(L"boot: on, on --early, off, or nothing");
    int status = ServiceBoot(on, early);
    return status ? status : SettingsKeepBoot(on);
}

static int Stop(void)
{
    WSKT_HELLO hello = {.Version = WSKT_IOCTL_VERSION};
    HANDLE device;
    int status = DeviceOpen(&device);
    return status ? status
                  : DeviceSend(device, WSKT_IOCTL_STOP, &hello, sizeof(hello), L"no capture was stopped");
}

int wmain(int count, wchar_t **words)
{
    const wchar_t *command = count > 1 ? words[1] : L"";
    int rest = count - 2;

    if (!wcscmp(command, L"install"))
        return Install(rest, words + 2);
    if (!wcscmp(command, L"start"))
        return Start(rest, words + 2);
    if (!wcscmp(command, L"targets"))
        return Targets(rest, words + 2);
    if (!wcscmp(command, L"boot"))
        return Boot(rest, words + 2);
    if (!wcscmp(command, L"faults"))
        return Faults(rest, words + 2);
    if (!wcscmp(command, L"drain"))
        return Drain(rest, words + 2);
    if (!wcscmp(command, L"status") && !rest)
        return Status();
    if (!wcscmp(command, L"stop") && !rest)
        return Stop();
    if (!wcscmp(command, L"uninstall") && !rest)
        return ServiceUninstall();
    if (!wcscmp(command, L"help") || !wcscmp(command, L"--help")) {
        fputs(Usage, stdout);
        return EXIT_DONE;
    }
    return *command ? WrongUsage(L"%ls is not a command, or has too many words", command)
                    : WrongUsage(L"no command");
}
