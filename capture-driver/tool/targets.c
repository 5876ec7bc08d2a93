/* wskctl targets: replace, add, remove, list. */
#include <stdlib.h>
#include <wchar.h>

#include <shlwapi.h>

#include "wskctl.h"

/* NAME or NAME=TIER,... behind what is there. A name that is there already gets the new tiers. */
static int Append(WSKT_TARGETS *targets, wchar_t *word)
{
    wchar_t *tiers = wcschr(word, L'=');
    UINT32 bits = 0, i = 0;

    if (tiers) {
        *tiers++ = 0;
        bits = TiersOf(tiers);
        if (!bits) {
            wchar_t all[TIER_WORDS_CHARS];
            TierWords(UINT32_MAX, all);
            return WrongUsage(L"targets: %ls: the tiers are %ls, with a comma in between", word, all);
        }
    }
    if (!*word || wcslen(word) >= WSKT_TARGET_CHARS || wcspbrk(word, L"\\/:"))
        return WrongUsage(L"targets: %ls is not a file name of 1 to %d characters", word, WSKT_TARGET_CHARS - 1);
    while (i < targets->Count && _wcsicmp(targets->Names[i], word))
        i++;
    if (i == WSKT_MAX_TARGETS)
        return Refused(L"targets: %ls is one too many, there is room for %d", word, WSKT_MAX_TARGETS);
    wcscpy(targets->Names[i], word);
    targets->Tiers[i] = bits;
    targets->Count += i == targets->Count;
    return EXIT_DONE;
}

static int Remove(WSKT_TARGETS *targets, const wchar_t *word)
{
    UINT32 i = 0;
    while (i < targets->Count && _wcsicmp(targets->Names[i], word))
        i++;
    if (i == targets->Count)
        return Refused(L"targets: %ls is none of them; 'wskctl targets list' tells which there are", word);
    for (; i + 1 < targets->Count; i++) {
        wcscpy(targets->Names[i], targets->Names[i + 1]);
        targets->Tiers[i] = targets->Tiers[i + 1];
    }
    targets->Count--;
    return EXIT_DONE;
}

static int Set(HANDLE device, const WSKT_TARGETS *targets)
{
    int status = DeviceSend(device, WSKT_IOCTL_SET_TARGETS, targets, sizeof(*targets), L"the targets were not set");
    return status ? status : SettingsKeepTargets(targets);
}

/* What runs already has no notice of its load. The system tells what runs by the names of services and of their files. */
static void ListEarlier(const WSKT_TARGET_LIST *list)
{
    DWORD needed = 0, count = 0, resume = 0;
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ENUMERATE_SERVICE);
    if (!manager)
        return;
    EnumServicesStatusW(manager, SERVICE_DRIVER, SERVICE_ACTIVE, NULL, 0, &needed, &count, &resume);
    DWORD room = needed + 4096; /* a driver may start in between */
    ENUM_SERVICE_STATUSW *services = malloc(room);
    resume = 0;
    if (!services || !EnumServicesStatusW(manager, SERVICE_DRIVER, SERVICE_ACTIVE, services, room, &needed, &count, &resume))
        count = 0;
    for (DWORD i = 0; i < count; i++) {
        wchar_t file[MAX_PATH];
        BOOL wanted = FALSE, captured = FALSE;
        ServiceFileName(manager, services[i].lpServiceName, file);
        wchar_t stem[MAX_PATH];
        wcscpy(stem, file);
        PathRemoveExtensionW(stem);
        for (UINT32 j = 0; j < list->NameCount; j++)
            wanted |= PathMatchSpecW(file, list->Names[j].Name) || PathMatchSpecW(stem, list->Names[j].Name);
        for (UINT32 j = 0; j < list->ImageCount; j++)
            captured |= list->Images[j].Flags & WSKT_IMAGE_CAPTURED && !_wcsicmp(list->Images[j].Name, file);
        if (wanted && !captured)
            printf("  %-24ls loaded already: restart it to capture it\n", file);
    }
    free(services);
    CloseServiceHandle(manager);
}

static void PrintTiers(UINT32 tiers)
{
    wchar_t words[TIER_WORDS_CHARS];
    TierWords(tiers, words);
    printf(" %ls\n", words);
}

static int List(HANDLE device)
{
    static WSKT_TARGET_LIST list;
    int status = DeviceTargets(device, &list);
    if (status)
        return status;
    printf("targets     %u of %d\n", list.NameCount, WSKT_MAX_TARGETS);
    for (UINT32 i = 0; i < list.NameCount; i++) {
        printf("  %-24ls", list.Names[i].Name);
        PrintTiers(list.Names[i].Tiers);
    }
    printf("loaded      %u\n", list.ImageCount);
    for (UINT32 i = 0; i < list.ImageCount; i++) {
        printf("  %-24ls %s%s,", list.Images[i].Name,
               list.Images[i].Flags & WSKT_IMAGE_CAPTURED ? "captured" : "not captured any more",
               list.Images[i].Flags & WSKT_IMAGE_UNSEEN ? ", its unload would not be seen" : "");
        PrintTiers(list.Images[i].Tiers);
    }
    ListEarlier(&list);
    return EXIT_DONE;
}

static int Change(HANDLE device, BOOL add, int count, wchar_t **words)
{
    static WSKT_TARGET_LIST list;
    WSKT_TARGETS targets = {.Version = WSKT_IOCTL_VERSION};
    int status = DeviceTargets(device, &list);

    targets.Count = list.NameCount;
    for (UINT32 i = 0; !status && i < list.NameCount; i++) {
        wcscpy(targets.Names[i], list.Names[i].Name);
        targets.Tiers[i] = list.Names[i].Tiers;
    }
    for (int i = 0; !status && i < count; i++)
        status = add ? Append(&targets, words[i]) : Remove(&targets, words[i]);
    return status ? status : Set(device, &targets);
}

int Targets(int count, wchar_t **words)
{
    WSKT_TARGETS targets = {.Version = WSKT_IOCTL_VERSION};
    BOOL add = count && !wcscmp(words[0], L"add"), remove = count && !wcscmp(words[0], L"remove");
    BOOL list = !count || !wcscmp(words[0], L"list");
    HANDLE device;
    int status = EXIT_DONE;

    if ((add || remove) && count < 2)
        return WrongUsage(L"targets %ls: which?", words[0]);
    if (list && count > 1)
        return WrongUsage(L"targets list: what is %ls?", words[1]);
    for (int i = 0; !add && !remove && !list && !status && i < count; i++)
        status = Append(&targets, words[i]);
    if (!status && !list)
        status = ServiceStart(NULL);
    if (!status)
        status = DeviceOpen(&device);
    if (status)
        return status;
    return list            ? List(device)
           : add || remove ? Change(device, add, count - 1, words + 1)
                           : Set(device, &targets);
}
