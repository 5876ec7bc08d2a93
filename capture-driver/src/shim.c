#include "shim.h"

#include "finding.h"
#include "past.h"

#define SHIM_PROVIDERS 32
#define SHIM_TABLES 32
#define SHIM_SOCKETS 8192
#define PROVIDER_SLOTS \
    ((sizeof(WSK_PROVIDER_DISPATCH) - FIELD_OFFSET(WSK_PROVIDER_DISPATCH, WskSocket)) / sizeof(PVOID))

/* volatile: what is read without the lock. */
typedef struct _PROVIDER {
    volatile BOOLEAN Used;
    volatile USHORT Client;
    PVOID Registration;
    volatile PWSK_CLIENT WskClient;
    const WSK_PROVIDER_DISPATCH *volatile Original; /* stays when the entry is given up */
    WSK_PROVIDER_DISPATCH Table;
} PROVIDER;

/* A copy of one of WSK's tables, for all clients. Given out once, it stays: sockets point to it. So there is one for each
   table of WSK's, however often clients come and go. */
typedef struct _SOCKET_TABLE {
    union {
        WSK_PROVIDER_BASIC_DISPATCH Basic;
        WSK_PROVIDER_LISTEN_DISPATCH Listen;
        WSK_PROVIDER_CONNECTION_DISPATCH Connection;
        WSK_PROVIDER_DATAGRAM_DISPATCH Datagram;
        WSK_PROVIDER_STREAM_DISPATCH Stream;
        PVOID Slots[sizeof(WSK_PROVIDER_STREAM_DISPATCH) / sizeof(PVOID)]; /* the longest */
    };
    const VOID *Original;
    PVOID Behind[SHIM_VERBS]; /* what is in Original, by verb; NULL: this category has no such verb */
    UCHAR Category;
} SOCKET_TABLE;

#define SEVERAL ((PVOID)1)

static struct {
    KSPIN_LOCK Lock; /* of Providers and Tables: entries are made under it, and read without */
    volatile LONG Tables;
    volatile LONG Unshimmed;
    PROVIDER Provider[SHIM_PROVIDERS];
    SOCKET_TABLE Table[SHIM_TABLES];
    PVOID volatile Only[SHIM_VERBS]; /* what is behind a verb in every table there is; or SEVERAL */
    TABLE Sockets; /* socket -> A: its SOCKET_TABLE, B: its CALLBACKS or 0; Client: whose it is */
} Shim;

static const ULONG TableSize[ShimCategories] = {
    [ShimBasic] = sizeof(WSK_PROVIDER_BASIC_DISPATCH),
    [ShimListen] = sizeof(WSK_PROVIDER_LISTEN_DISPATCH),
    [ShimConnection] = sizeof(WSK_PROVIDER_CONNECTION_DISPATCH),
    [ShimDatagram] = sizeof(WSK_PROVIDER_DATAGRAM_DISPATCH),
    [ShimStream] = sizeof(WSK_PROVIDER_STREAM_DISPATCH),
};

/* Where a verb stands in the table of a category, plus 1; 0: not there. */
#define SLOT(Category, Verb) \
    [WsktVerb_##Verb] = FIELD_OFFSET(WSK_PROVIDER_##Category##_DISPATCH, Verb) / sizeof(PVOID) + 1

static const UCHAR SlotOf[ShimCategories][SHIM_VERBS] = {
    [ShimBasic] =
        {
            SLOT(BASIC, WskControlSocket),
            SLOT(BASIC, WskCloseSocket),
        },
    [ShimListen] =
        {
            SLOT(LISTEN, WskControlSocket),
            SLOT(LISTEN, WskCloseSocket),
            SLOT(LISTEN, WskBind),
            SLOT(LISTEN, WskAccept),
            SLOT(LISTEN, WskInspectComplete),
            SLOT(LISTEN, WskGetLocalAddress),
        },
    [ShimConnection] =
        {
            SLOT(CONNECTION, WskControlSocket),
            SLOT(CONNECTION, WskCloseSocket),
            SLOT(CONNECTION, WskBind),
            SLOT(CONNECTION, WskConnect),
            SLOT(CONNECTION, WskGetLocalAddress),
            SLOT(CONNECTION, WskGetRemoteAddress),
            SLOT(CONNECTION, WskSend),
            SLOT(CONNECTION, WskReceive),
            SLOT(CONNECTION, WskDisconnect),
            SLOT(CONNECTION, WskRelease),
            SLOT(CONNECTION, WskConnectEx),
        },
    [ShimDatagram] =
        {
            SLOT(DATAGRAM, WskControlSocket),
            SLOT(DATAGRAM, WskCloseSocket),
            SLOT(DATAGRAM, WskBind),
            SLOT(DATAGRAM, WskSendTo),
            SLOT(DATAGRAM, WskReceiveFrom),
            SLOT(DATAGRAM, WskRelease),
            SLOT(DATAGRAM, WskGetLocalAddress),
            SLOT(DATAGRAM, WskSendMessages),
        },
    [ShimStream] =
        {
            SLOT(STREAM, WskControlSocket),
            SLOT(STREAM, WskCloseSocket),
            SLOT(STREAM, WskBind),
            SLOT(STREAM, WskAccept),
            SLOT(STREAM, WskConnect),
            SLOT(STREAM, WskListen),
            SLOT(STREAM, WskSend),
            SLOT(STREAM, WskReceive),
            SLOT(STREAM, WskDisconnect),
            SLOT(STREAM, WskRelease),
            SLOT(STREAM, WskGetLocalAddress),
            SLOT(STREAM, WskGetRemoteAddress),
            SLOT(STREAM, WskConnectEx),
        },
};

_Use_decl_annotations_
NTSTATUS
ShimInitialize(VOID)
{
    RtlZeroMemory(&Shim, sizeof(Shim));
    KeInitializeSpinLock(&Shim.Lock);
    NTSTATUS Status = TableInitialize(&Shim.Sockets, SHIM_SOCKETS);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PastInitialize();
    if (!NT_SUCCESS(Status))
        TableUninitialize(&Shim.Sockets);
    return Status;
}

_Use_decl_annotations_
VOID
ShimUninitialize(VOID)
{
    PastUninitialize();
    TableUninitialize(&Shim.Sockets);
}

_Use_decl_annotations_
VOID
ShimAdopt(VOID)
{
    PastStart(&Shim.Sockets);
}

_Use_decl_annotations_
VOID
ShimCount(SHIM_COUNTERS *Counters)
{
    Counters->Sockets = TableCount(&Shim.Sockets);
    Counters->Unshimmed = (ULONG)Shim.Unshimmed;
}

SHIM_CATEGORY
ShimCategoryOf(ULONG Flags)
{
    switch (Flags) {
    case WSK_FLAG_BASIC_SOCKET:
        return ShimBasic;
    case WSK_FLAG_LISTEN_SOCKET:
        return ShimListen;
    case WSK_FLAG_CONNECTION_SOCKET:
        return ShimConnection;
    case WSK_FLAG_DATAGRAM_SOCKET:
        return ShimDatagram;
    case WSK_FLAG_STREAM_SOCKET:
        return ShimStream;
    default:
        return ShimUnknown;
    }
}

_Requires_lock_held_(Shim.Lock)
static PROVIDER *
ClaimProvider(USHORT Client, PVOID Registration, const WSK_PROVIDER_NPI *Npi)
{
    PROVIDER *Vacant = NULL;
    for (ULONG i = 0; i < SHIM_PROVIDERS; i++) {
        PROVIDER *Provider = &Shim.Provider[i];
        if (!Provider->Used)
            Vacant = Vacant ? Vacant : Provider;
        else if (Provider->Registration == Registration && Provider->WskClient == Npi->Client &&
                 Provider->Client == Client && Provider->Original == Npi->Dispatch)
            return Provider; /* captured twice */
    }
    if (!Vacant)
        return NULL;
    Vacant->Client = Client;
    Vacant->Registration = Registration;
    Vacant->WskClient = Npi->Client;
    Vacant->Original = Npi->Dispatch;
    /* Slot by slot: what WSK does not have stays empty. */
    Vacant->Table = *Npi->Dispatch;
    PVOID *Slots = (PVOID *)&Vacant->Table.WskSocket;
    PVOID const *Ours = (PVOID const *)&ShimProviderDispatch.WskSocket;
    for (ULONG i = 0; i < PROVIDER_SLOTS; i++)
        if (Slots[i] && Ours[i])
            Slots[i] = Ours[i];
    KeMemoryBarrier();
    Vacant->Used = TRUE;
    return Vacant;
}

_Use_decl_annotations_
const WSK_PROVIDER_DISPATCH *
ShimProvider(USHORT Client, PVOID Registration, const WSK_PROVIDER_NPI *Npi)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Shim.Lock, &Irql);
    PROVIDER *Provider = ClaimProvider(Client, Registration, Npi);
    KeReleaseSpinLock(&Shim.Lock, Irql);
    return Provider ? &Provider->Table : NULL;
}

_Use_decl_annotations_
VOID
ShimReleaseProvider(PVOID Registration)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Shim.Lock, &Irql);
    for (ULONG i = 0; i < SHIM_PROVIDERS; i++)
        if (Shim.Provider[i].Registration == Registration)
            Shim.Provider[i].Used = FALSE;
    KeReleaseSpinLock(&Shim.Lock, Irql);
}

_Use_decl_annotations_
VOID
ShimForgetClient(USHORT Client)
{
    KIRQL Irql;
    KeAcquireSpinLock(&Shim.Lock, &Irql);
    for (ULONG i = 0; i < SHIM_PROVIDERS; i++)
        if (Shim.Provider[i].Client == Client)
            Shim.Provider[i].Used = FALSE;
    KeReleaseSpinLock(&Shim.Lock, Irql);
}

_Use_decl_annotations_
USHORT
ShimClientOf(PWSK_CLIENT Client, const WSK_PROVIDER_DISPATCH **Original)
{
    *Original = NULL;
    for (ULONG i = 0; i < SHIM_PROVIDERS; i++) {
        const PROVIDER *Provider = &Shim.Provider[i];
        if (Provider->Used && Provider->WskClient == Client) {
            *Original = Provider->Original;
            return Provider->Client;
        }
        /* A client object of nobody: a misuse. It goes where it would have gone without us, there is one WSK. */
        if (!*Original)
            *Original = Provider->Original;
    }
    return 0;
}

static SOCKET_TABLE *
FindTable(const VOID *Original, UCHAR Category)
{
    LONG Count = Shim.Tables;
    for (LONG i = 0; i < Count; i++) {
        SOCKET_TABLE *Table = &Shim.Table[i];
        if (Table->Original == Original && Table->Category == Category)
            return Table;
    }
    return NULL;
}

static SOCKET_TABLE *
TableFor(const VOID *Original, UCHAR Category)
{
    KIRQL Irql;
    SOCKET_TABLE *Table = FindTable(Original, Category);
    if (Table)
        return Table;

    KeAcquireSpinLock(&Shim.Lock, &Irql);
    Table = FindTable(Original, Category);
    if (!Table && Shim.Tables < SHIM_TABLES) {
        Table = &Shim.Table[Shim.Tables];
        RtlCopyMemory(Table, Original, TableSize[Category]);
        for (ULONG Verb = 0; Verb < SHIM_VERBS; Verb++) {
            UCHAR Slot = SlotOf[Category][Verb];
            PVOID Behind = Slot ? Table->Slots[Slot - 1] : NULL;
            Table->Behind[Verb] = Behind;
            if (!Behind || !ShimVerbs[Verb])
                continue;
            Shim.Only[Verb] = !Shim.Only[Verb] || Shim.Only[Verb] == Behind ? Behind : SEVERAL;
            Table->Slots[Slot - 1] = ShimVerbs[Verb];
        }
        Table->Original = Original;
        Table->Category = Category;
        KeMemoryBarrier();
        InterlockedIncrement(&Shim.Tables);
    }
    KeReleaseSpinLock(&Shim.Lock, Irql);
    return Table;
}

/* The table of ours that Dispatch is, or NULL. */
static SOCKET_TABLE *
Ours(const VOID *Dispatch)
{
    ULONG_PTR Offset = VALUE_OF(Dispatch) - VALUE_OF(Shim.Table);
    if (Offset >= (ULONG_PTR)Shim.Tables * sizeof(SOCKET_TABLE) || Offset % sizeof(SOCKET_TABLE))
        return NULL;
    return &Shim.Table[Offset / sizeof(SOCKET_TABLE)];
}

/* Of any socket that had this table before. */
static UCHAR
KnownCategory(const VOID *Original)
{
    LONG Count = Shim.Tables;
    for (LONG i = 0; i < Count; i++)
        if (Shim.Table[i].Original == Original)
            return Shim.Table[i].Category;
    return ShimUnknown;
}

_Use_decl_annotations_
BOOLEAN
ShimSocket(PWSK_SOCKET Socket, UCHAR Category, USHORT Client, CALLBACKS *Callbacks)
{
    SOCKET_TABLE *Table = NULL;

    if (Ours(Socket->Dispatch))
        return FALSE;
    if (Category == ShimUnknown)
        Category = KnownCategory(Socket->Dispatch);
    if (Category < ShimCategories && Socket->Dispatch)
        Table = TableFor(Socket->Dispatch, Category);
    PastOpened(Socket);
    /* A socket that cannot be noted would not be missed when it leaks: it stays WSK's. */
    if (Callbacks)
        Callbacks->Socket = Socket;
    if (!Table || !TablePut(&Shim.Sockets, VALUE_OF(Socket), VALUE_OF(Table), VALUE_OF(Callbacks), Client)) {
        InterlockedIncrement(&Shim.Unshimmed);
        return FALSE;
    }
    InterlockedExchangePointer((PVOID volatile *)(PVOID)&Socket->Dispatch, Table);
    return TRUE;
}

/* A slot whose socket kept its own table stays taken: its close would not be seen. */
_Use_decl_annotations_
VOID
ShimSocketMade(OP *Op, PVOID Made)
{
    CALLBACKS *Callbacks = InterlockedExchangePointer((PVOID volatile *)&Op->Callbacks, NULL);
    if (Made)
        (VOID) ShimSocket(Made, Op->Category, Op->Memory.Client, Callbacks);
    else
        CallbackGiveBack(Callbacks);
}

_Use_decl_annotations_
CALLBACKS *
ShimSocketClosing(PVOID Socket)
{
    TABLE_ENTRY Entry;
    if (!TableTake(&Shim.Sockets, VALUE_OF(Socket), 0, &Entry))
        return NULL;
    PastClosed(Socket);
    return (CALLBACKS *)(ULONG_PTR)Entry.B;
}

_Use_decl_annotations_
CALLBACKS *
ShimCallbacks(PVOID Socket)
{
    TABLE_ENTRY Entry;
    return TableFind(&Shim.Sockets, VALUE_OF(Socket), &Entry) ? (CALLBACKS *)(ULONG_PTR)Entry.B : NULL;
}

/* Somebody has called our Verb, so there is a table that it came from. */
static const SOCKET_TABLE *
LikelyTable(UINT8 Verb)
{
    const SOCKET_TABLE *Found = &Shim.Table[0];
    LONG Count = Shim.Tables;
    for (LONG i = 0; i < Count; i++)
        if (Shim.Table[i].Behind[Verb])
            Found = &Shim.Table[i];
    return Found;
}

/* ShimOriginal, for a socket that is not at home in the table, or closed; or an image that was loaded long ago. */
static NOINLINE PVOID
SearchOriginal(PWSK_SOCKET Socket, UINT8 Verb, CALL_SITE *Site, SHIM_CATEGORY *Category)
{
    const SOCKET_TABLE *Table = NULL;
    TABLE_ENTRY Entry;

    if (TableFind(&Shim.Sockets, VALUE_OF(Socket), &Entry))
        Table = (const SOCKET_TABLE *)(ULONG_PTR)Entry.A;
    if (Table && Table->Behind[Verb]) {
        Site->Client = Entry.Client;
        Site->CallerRva = TargetRva(Entry.Client, Site->Caller);
    } else {
        TargetResolve(Site);
        Table = LikelyTable(Verb);
        if (PastWasClosed(Socket))
            FindingRaise(
                Site,
                0,
                Verb == WsktVerb_WskCloseSocket ? WsktRuleNumber_WskSock003 : WsktRuleNumber_WskSock001,
                VALUE_OF(Socket),
                Verb);
    }
    *Category = (SHIM_CATEGORY)Table->Category;
    return Table->Behind[Verb];
}

_Use_decl_annotations_
PVOID
ShimOriginal(PWSK_SOCKET Socket, UINT8 Verb, CALL_SITE *Site, SHIM_CATEGORY *Category)
{
    TABLE_ENTRY Entry;
    if (VALUE_OF(Socket) <= TABLE_OWNED ||
        !TableCopy(&Shim.Sockets, TableHome(&Shim.Sockets, TableHash(VALUE_OF(Socket))), VALUE_OF(Socket), &Entry))
        return SearchOriginal(Socket, Verb, Site, Category);
    const SOCKET_TABLE *Table = (const SOCKET_TABLE *)(ULONG_PTR)Entry.A;
    PVOID Behind = Table->Behind[Verb];
    if (!Behind || !TargetQuickRva(Entry.Client, Site->Caller, &Site->CallerRva))
        return SearchOriginal(Socket, Verb, Site, Category);
    Site->Client = Entry.Client;
    *Category = (SHIM_CATEGORY)Table->Category;
    return Behind;
}

_Use_decl_annotations_
PVOID
ShimPassing(PWSK_SOCKET Socket, UINT8 Verb, PVOID Caller)
{
    PVOID Only = Shim.Only[Verb];
    if (VALUE_OF(Only) > VALUE_OF(SEVERAL))
        return Only;
    CALL_SITE Site = {.Caller = Caller};
    SHIM_CATEGORY Category;
    return ShimOriginal(Socket, Verb, &Site, &Category);
}
