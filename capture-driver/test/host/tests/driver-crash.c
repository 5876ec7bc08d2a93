/*
 * The machine stops while a client's great send is in flight. What the crash dump gets is written to CLIENT.dmp in the
 * folder that WSKTRACE_DUMPS names, for the collector to judge: nothing was stopped, drained or rounded off.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "image.h"
#include "story.h"

#define RING 0x100000 /* CaptureStart's */

static const char *Client;
static HOST_DUMP Dumps[HOST_PROCESSORS];
static UCHAR Image[HOST_PROCESSORS * RING];

/* A dump of no memory: a header of two pages that says nothing, and then what drivers added, each behind its GUID and its
   length, at any place. How Windows frames those is not documented, and nothing here looks at it. */
static void WriteDump(const char *Folder, SIZE_T Count)
{
    static UCHAR Header[0x2000];
    char Name[4096];
    for (SIZE_T i = 0; i < sizeof Header; i += 4)
        memcpy(Header + i, "PAGE", 4);
    memcpy(Header + 4, "DU64", 4);
    snprintf(Name, sizeof Name, "%s/%s.dmp", Folder, Client);
    FILE *File = fopen(Name, "wb");
    CHECK(File != NULL);
    fwrite(Header, 1, sizeof Header, File);
    for (SIZE_T i = 0; i < Count; i++) {
        fwrite(&Dumps[i].Guid, 1, sizeof Dumps[i].Guid, File);
        fwrite(&Dumps[i].Bytes, 1, 4, File);
        fwrite(Dumps[i].Data, 1, Dumps[i].Bytes, File);
    }
    CHECK(ferror(File) == 0 && fclose(File) == 0);
}

static void Crash(STORY *Story)
{
    const char *Folder = getenv("WSKTRACE_DUMPS");
    SIZE_T Count = HostBugCheck(RING, Dumps, HOST_PROCESSORS), Bytes = 0;
    (void)Story;
    CHECK_EQUAL(HOST_PROCESSORS, Count);
    for (SIZE_T i = 0; i < Count; i++) {
        memcpy(Image + Bytes, Dumps[i].Data, Dumps[i].Bytes);
        Bytes += Dumps[i].Bytes;
    }
    IMAGE Found = ImageRead(Image, Bytes);
    CHECK_EQUAL(0, Found.Bad + Found.Damaged);
    CHECK_EQUAL(CaptureStatus().Events, Found.Records);
    ImageFree(&Found);
    if (Folder != NULL)
        WriteDump(Folder, Count);
}

static void CrashDuring(const char *Name, ULONG Forgives)
{
    char Target[64];
    STORY Story;
    Client = Name;
    snprintf(Target, sizeof Target, "%s.sys", Name);
    CaptureLoad();
    CaptureTargets(Target, NULL);
    CaptureStart(0);
    StoryRun(&Story, Name, Forgives, Crash, true);
    CaptureStop();
    CaptureUnload();
}

TEST(a_crash_during_the_send_of_a_clean_client)
{
    CrashDuring("clean-client", StoryStrict);
}

TEST(a_crash_after_an_mdl_was_freed_in_flight)
{
    CrashDuring("mdl-freed", StoryNoTouch);
}

TEST(a_crash_after_a_buffer_was_freed_in_flight)
{
    CrashDuring("buffer-freed", StoryNoTouch);
}

TEST(a_crash_after_pages_were_unlocked_in_flight)
{
    CrashDuring("pages-unlocked", StoryStrict);
}

TEST(a_crash_after_an_irp_was_reused_in_flight)
{
    CrashDuring("irp-reused", StoryIrpTwice);
}
