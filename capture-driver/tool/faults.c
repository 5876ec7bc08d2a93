/* wskctl faults: from words to a message, and what is on and was done, in words. */
#include <wchar.h>

#include "wskctl.h"

#include "../src/wsktrace_events.h"

#define VERB(Name) {L"" #Name, WSKT_FAULT_VERB(WsktVerb_##Name)}

static const struct {
    const wchar_t *Name;
    UINT32 Bit;
} Verbs[] = {
    VERB(WskSend), VERB(WskReceive), VERB(WskDisconnect), VERB(WskSendTo), VERB(WskReceiveFrom), VERB(WskSendMessages),
    /* those above unless told; the others only by name, or all */
    VERB(WskSocket), VERB(WskSocketConnect), VERB(WskControlClient), VERB(WskGetAddressInfo), VERB(WskGetNameInfo),
    VERB(WskControlSocket), VERB(WskCloseSocket), VERB(WskBind), VERB(WskListen), VERB(WskAccept),
    VERB(WskInspectComplete), VERB(WskConnect), VERB(WskConnectEx), VERB(WskGetLocalAddress), VERB(WskGetRemoteAddress),
};

#define VERBS (sizeof(Verbs) / sizeof(*Verbs))
#define VERBS_UNLESS_TOLD 6

/* ntstatus.h; what WSK's functions are known to fail with. */
static const struct {
    const wchar_t *Name;
    UINT32 Status;
} Statuses[] = {
    {L"STATUS_UNSUCCESSFUL", 0xC0000001},
    {L"STATUS_INSUFFICIENT_RESOURCES", 0xC000009A},
    {L"STATUS_NOT_SUPPORTED", 0xC00000BB},
    {L"STATUS_IO_TIMEOUT", 0xC00000B5},
    {L"STATUS_FILE_FORCED_CLOSED", 0xC00000B6},
    {L"STATUS_CANCELLED", 0xC0000120},
    {L"STATUS_INVALID_DEVICE_STATE", 0xC0000184},
    {L"STATUS_CONNECTION_DISCONNECTED", 0xC000020C},
    {L"STATUS_CONNECTION_RESET", 0xC000020D},
    {L"STATUS_CONNECTION_REFUSED", 0xC0000236},
    {L"STATUS_NETWORK_UNREACHABLE", 0xC000023C},
    {L"STATUS_HOST_UNREACHABLE", 0xC000023D},
    {L"STATUS_CONNECTION_ABORTED", 0xC0000241},
};

#define STATUSES (sizeof(Statuses) / sizeof(*Statuses))

/* One of a list, of length characters. */
static BOOL Is(const wchar_t *piece, size_t length, const wchar_t *name)
{
    return wcslen(name) == length && !wcsncmp(piece, name, length);
}

static size_t PieceLength(const wchar_t *piece)
{
    size_t length = 0;
    while (piece[length] && piece[length] != L',')
        length++;
    return length;
}

/* Digits of the base, up to limit; returns what is behind them, NULL: there are none, or too many. */
static const wchar_t *Digits(const wchar_t *word, UINT32 base, UINT32 limit, UINT32 *value)
{
    UINT64 sum = 0;
    const wchar_t *at = word;
    for (;; at++) {
        UINT32 digit = *at >= L'0' && *at <= L'9'                ? (UINT32)(*at - L'0')
                       : base == 16 && *at >= L'a' && *at <= L'f' ? (UINT32)(*at - L'a' + 10)
                       : base == 16 && *at >= L'A' && *at <= L'F' ? (UINT32)(*at - L'A' + 10)
                                                                  : base;
        if (digit >= base)
            break;
        sum = sum * base + digit;
        if (sum > limit)
            return NULL;
    }
    *value = (UINT32)sum;
    return at == word ? NULL : at;
}

static BOOL Hold(const wchar_t *value, WSKT_FAULTS *faults)
{
    const wchar_t *unit = Digits(value, 10, WSKT_MAX_HOLD_MS, &faults->HoldMs);
    if (unit && !wcscmp(unit, L"s") && faults->HoldMs <= WSKT_MAX_HOLD_MS / 1000)
        faults->HoldMs *= 1000;
    else if (!unit || wcscmp(unit, L"ms"))
        return FALSE;
    return faults->HoldMs != 0;
}

static BOOL Reorder(const wchar_t *value, WSKT_FAULTS *faults)
{
    const wchar_t *end = Digits(value, 10, WSKT_MAX_REORDER, &faults->Reorder);
    return end && !*end && faults->Reorder >= 2;
}

/* N:STATUS */
static BOOL Fail(const wchar_t *value, WSKT_FAULTS *faults)
{
    const wchar_t *status = Digits(value, 10, WSKT_MAX_FAIL_EVERY, &faults->FailEvery), *end;
    if (!status || *status++ != L':' || !faults->FailEvery)
        return FALSE;
    for (size_t i = 0; i < STATUSES; i++)
        if (!wcscmp(status, Statuses[i].Name)) {
            faults->FailStatus = Statuses[i].Status;
            return TRUE;
        }
    if (status[0] != L'0' || status[1] != L'x')
        return FALSE;
    end = Digits(status + 2, 16, 0xFFFFFFFF, &faults->FailStatus);
    return end && !*end && faults->FailStatus >> 30 == 3; /* an error */
}

static BOOL Times(const wchar_t *value, WSKT_FAULTS *faults)
{
    const wchar_t *end = Digits(value, 10, 0xFFFFFFFF, &faults->FailTimes);
    return end && !*end && faults->FailTimes;
}

static BOOL OfVerbs(const wchar_t *value, WSKT_FAULTS *faults)
{
    BOOL all = !wcscmp(value, L"all");
    for (size_t i = 0; all && i < VERBS; i++)
        faults->Verbs |= Verbs[i].Bit;
    while (!all) {
        size_t length = PieceLength(value), i = 0;
        while (i < VERBS && !Is(value, length, Verbs[i].Name))
            i++;
        if (i == VERBS)
            return FALSE;
        faults->Verbs |= Verbs[i].Bit;
        if (!value[length])
            break;
        value += length + 1;
    }
    return TRUE;
}

static BOOL OfTargets(const wchar_t *value, WSKT_FAULTS *faults)
{
    for (;;) {
        size_t length = PieceLength(value);
        if (!length || length >= WSKT_TARGET_CHARS || faults->Count == WSKT_MAX_TARGETS)
            return FALSE;
        for (size_t i = 0; i < length; i++) {
            wchar_t letter = value[i];
            if (letter == L'*' || letter == L'?' || letter == L'\\' || letter == L'/' || letter == L':')
                return FALSE;
            faults->Names[faults->Count][i] = letter;
        }
        faults->Count++;
        if (!value[length])
            return TRUE;
        value += length + 1;
    }
}

static const struct {
    const wchar_t *Name; /* with its = */
    BOOL (*Read)(const wchar_t *value, WSKT_FAULTS *faults);
    const wchar_t *Needs;
} Words[] = {
    {L"hold=", Hold, L"hold= is a time of 1ms to 60s"},
    {L"reorder=", Reorder, L"reorder= is a number of 2 to 1000"},
    {L"fail=", Fail, L"fail= is N:STATUS, N up to 1000000, STATUS a name such as STATUS_INSUFFICIENT_RESOURCES or 0xC..."},
    {L"times=", Times, L"times= is a number"},
    {L"verbs=", OfVerbs, L"verbs= is a list of functions such as WskSend,WskReceive, or all"},
    {L"targets=", OfTargets, L"targets= is a list of up to 16 file names, without * and ?"},
};

#define WORDS (sizeof(Words) / sizeof(*Words))

int FaultsRead(int count, wchar_t **words, WSKT_FAULTS *faults)
{
    BOOL seen[WORDS] = {FALSE};

    *faults = (WSKT_FAULTS){.Version = WSKT_IOCTL_VERSION};
    if (count == 1 && !wcscmp(words[0], L"off"))
        return EXIT_DONE;
    for (int i = 0; i < count; i++) {
        size_t w = 0;
        if (!wcscmp(words[i], L"--test-machine")) {
            faults->Flags = WSKT_FAULTS_TEST_MACHINE;
            continue;
        }
        while (w < WORDS && wcsncmp(words[i], Words[w].Name, wcslen(Words[w].Name)))
            w++;
        if (w == WORDS || seen[w])
            return WrongUsage(w == WORDS ? L"faults: what is %ls?" : L"faults: %ls is the second of its kind", words[i]);
        seen[w] = TRUE;
        if (!Words[w].Read(words[i] + wcslen(Words[w].Name), faults))
            return WrongUsage(L"faults: %ls", Words[w].Needs);
    }
    if (!faults->HoldMs && !faults->Reorder && !faults->FailEvery)
        return WrongUsage(L"faults: off, or at least one of hold=, reorder=, fail=");
    if (faults->FailTimes && !faults->FailEvery)
        return WrongUsage(L"faults: times= goes with fail=");
    if (!faults->Flags)
        return WrongUsage(L"faults: they disturb the drivers under test; say --test-machine if this is one");
    BOOL named = faults->Verbs != 0;
    for (size_t i = 0; !named && i < VERBS_UNLESS_TOLD; i++)
        faults->Verbs |= Verbs[i].Bit;
    return EXIT_DONE;
}

int Faults(int count, wchar_t **words)
{
    WSKT_FAULTS faults;
    HANDLE device;
    int status = FaultsRead(count, words, &faults);
    if (!status)
        status = DeviceOpen(&device);
    return status ? status : DeviceSend(device, WSKT_IOCTL_FAULTS, &faults, sizeof(faults), L"no faults were set");
}

static void PrintPlan(const WSKT_FAULT_STATUS *s)
{
    const char *also = "";
    printf("faults      ON: ");
    if (s->HoldMs)
        printf("completions come %u ms later", s->HoldMs), also = ", ";
    if (s->Reorder)
        printf("%sone completion in %u comes after others", also, s->Reorder), also = ", ";
    if (s->FailEvery)
        printf("%sone call in %u fails with 0x%08X", also, s->FailEvery, s->FailStatus);
    if (s->FailTimes)
        printf(", %u times at most", s->FailTimes);
    printf("; of ");
    if (s->Count)
        printf("%u named targets", s->Count);
    else
        printf("all targets");
    also = ", only ";
    for (size_t i = 0; i < VERBS; i++)
        if (s->Verbs & Verbs[i].Bit)
            printf("%s%ls", also, Verbs[i].Name), also = ", ";
    printf("\n");
}

void FaultsPrint(const WSKT_FAULT_STATUS *s)
{
    UINT64 held = s->Holds + s->Reorders + s->Followers;
    if (s->Verbs)
        PrintPlan(s);
    if (held || s->Fails || s->Passed)
        printf("%s%llu completions held (%llu to come after others, %llu not to overtake one that was), %u of them now;"
               " %llu calls failed; %llu completions let pass, %llu of IRPs that were given back never delivered\n",
               s->Verbs ? "            " : "faults      off; were: ", (unsigned long long)held,
               (unsigned long long)s->Reorders, (unsigned long long)s->Followers, s->Held, (unsigned long long)s->Fails,
               (unsigned long long)s->Passed, (unsigned long long)s->LetGo);
}
