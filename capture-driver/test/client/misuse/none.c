/* No misuse: what is in flight stays as it is. */
#include "../client.h"

_Use_decl_annotations_
VOID
ClientMisuse(PTRANSFER Transfer)
{
    UNREFERENCED_PARAMETER(Transfer);
}
