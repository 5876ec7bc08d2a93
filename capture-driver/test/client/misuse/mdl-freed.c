/* The MDL of a call is freed before its IRP completes (WSK-BUF-001). */
#include "../client.h"

_Use_decl_annotations_
VOID
ClientMisuse(PTRANSFER Transfer)
{
    IoFreeMdl(Transfer->Buffer.Mdl);
    Transfer->Buffer.Mdl = NULL;
}
