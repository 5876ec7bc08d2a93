#include "past.h"

#define CELLS 1024

static TABLE Adopted, Closed; /* sockets -> nothing */

_Use_decl_annotations_
NTSTATUS
PastInitialize(VOID)
{
    InterlockedAnd(&TargetEver, ~TARGET_PAST);
    NTSTATUS Status = TableInitialize(&Adopted, CELLS);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = TableInitialize(&Closed, CELLS);
    if (!NT_SUCCESS(Status))
        TableUninitialize(&Adopted);
    return Status;
}

_Use_decl_annotations_
VOID
PastUninitialize(VOID)
{
    TableUninitialize(&Closed);
    TableUninitialize(&Adopted);
}

static TABLE_TEST Note;

/* FALSE: and the next one. */
_Use_decl_annotations_
static BOOLEAN
Note(const TABLE_ENTRY *Entry, PVOID Context)
{
    (VOID) TablePut(Context, Entry->Key, 0, 0, Entry->Client);
    return FALSE;
}

_Use_decl_annotations_
VOID
PastStart(const TABLE *Open)
{
    TableForget(&Closed, TableEvery, NULL);
    TableForget(&Adopted, TableEvery, NULL);
    (VOID) TableAny(Open, Note, &Adopted);
    if (TableCount(&Adopted))
        InterlockedOr(&TargetEver, TARGET_PAST);
    else
        InterlockedAnd(&TargetEver, ~TARGET_PAST);
}

_Use_decl_annotations_
VOID
PastOpened(PVOID Socket)
{
    (VOID) TableTake(&Closed, VALUE_OF(Socket), 0, NULL);
    if (TargetAsked(TARGET_PAST))
        (VOID) TableTake(&Adopted, VALUE_OF(Socket), 0, NULL);
}

/* When there is no room any more all are forgotten: the last ones are those that are called once too often. */
_Use_decl_annotations_
VOID
PastClosed(PVOID Socket)
{
    if (TablePut(&Closed, VALUE_OF(Socket), 0, 0, 0))
        return;
    TableForget(&Closed, TableEvery, NULL);
    (VOID) TablePut(&Closed, VALUE_OF(Socket), 0, 0, 0);
}

_Use_decl_annotations_
BOOLEAN
PastHasAdopted(PVOID Socket)
{
    TABLE_ENTRY Entry;
    return TableFind(&Adopted, VALUE_OF(Socket), &Entry);
}

_Use_decl_annotations_
BOOLEAN
PastWasClosed(PVOID Socket)
{
    TABLE_ENTRY Entry;
    return TableFind(&Closed, VALUE_OF(Socket), &Entry);
}
