/* The bytes of a call are freed before its IRP completes, while the MDL stays (WSK-BUF-002). */
#include "../client.h"

_Use_decl_annotations_
VOID
ClientMisuse(PTRANSFER Transfer)
{
    ExFreePoolWithTag(Transfer->Buffer.Data, CLIENT_POOL_TAG);
    Transfer->Buffer.Data = NULL;
}
