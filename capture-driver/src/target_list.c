/* The targets as wskctl shows them. */
#include "target_image.h"

C_ASSERT(TARGET_NAME_CHARS == WSKT_TARGET_CHARS);

static VOID
ListImage(WSKT_TARGET_LIST *List, const TARGET *Target)
{
    ULONG i = List->ImageCount++;
    RtlCopyMemory(List->Images[i].Name, Target->Name, sizeof(Target->Name));
    List->Images[i].Tiers = Target->Hooks.Tiers;
    List->Images[i].Flags =
        (Target->Hooks.InPlace ? WSKT_IMAGE_CAPTURED : 0) | (Target->Unload ? 0 : WSKT_IMAGE_UNSEEN);
}

_Use_decl_annotations_
VOID
TargetList(WSKT_TARGET_LIST *List)
{
    RtlZeroMemory(List, sizeof(*List));
    TargetsAcquire();
    for (ULONG i = 0; i < Targets.NameCount; i++) {
        RtlCopyMemory(List->Names[i].Name, Targets.Names[i], sizeof(Targets.Names[i]));
        List->Names[i].Tiers = Targets.Tiers[i];
        List->Names[i].Earlier = TargetIsEarlier(Targets.Names[i]);
    }
    List->NameCount = Targets.NameCount;
    for (LONG i = 0; i < Targets.Used; i++)
        if (Targets.Images[i].State == TargetLoaded && Targets.Images[i].Hooks.Count)
            ListImage(List, &Targets.Images[i]);
    TargetsRelease();
}
