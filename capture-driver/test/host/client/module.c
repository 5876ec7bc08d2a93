/*
 * What turns a client driver into a loadable image on the host: it is a shared object with room for the PE image at
 * the head of its first segment (lld puts read-only data before the code, so return addresses lie inside the image).
 * Its calls to the kernel go through that image's import address table: see imports.h.
 */
#include "exports.h"

__attribute__((aligned(0x1000), visibility("default"))) const unsigned char HostImage[0x6000] = {1};

#define X(Name) #Name,
__attribute__((visibility("default"))) const char *const HostImports[] = {
    "ntoskrnl.exe", HOST_NTOSKRNL(X) "netio.sys", HOST_NETIO(X) 0};
#undef X

extern char etext;

__attribute__((visibility("default"))) void *HostCodeEnd(void);
void *HostCodeEnd(void)
{
    return &etext;
}
