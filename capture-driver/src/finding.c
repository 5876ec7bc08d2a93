#include "finding.h"

static const EVENT_DESCRIPTOR InDriverFinding = WSKT_IN_DRIVER_FINDING_DESCRIPTOR;

_Use_decl_annotations_
VOID
FindingRaise(const CALL_SITE *Site, UINT64 OpId, UINT16 Rule, ULONG_PTR A, ULONG_PTR B)
{
    WSKT_IN_DRIVER_FINDING Event = {.A = A, .B = B, .Rule = Rule};
    EVENT_WRITE(&InDriverFinding, Site, OpId, &Event);
}

_Use_decl_annotations_
VOID
FindingMdl(const CALL_SITE *Site, UINT16 Rule, const MDL *Mdl)
{
    OP_HIT Hit;
    if (OpAny() && EventIsWanted(&InDriverFinding) && OpTouches(VALUE_OF(Mdl), VALUE_OF(Mdl) + 1, &Hit) && Hit.Proved &&
        Hit.What == OpHitMdl)
        FindingRaise(Site, Hit.OpId, Rule, VALUE_OF(Mdl), Hit.Irp);
}

/* Of data proved only where the MDL says nonpaged pool: pages that were locked stay when their address goes. */
_Use_decl_annotations_
VOID
FindingBlock(const CALL_SITE *Site, ULONG_PTR Block, const OP_HIT *Hit)
{
    static const UINT16 Rules[] = {
        [OpHitIrp] = WsktRuleNumber_WskIrp004, [OpHitMdl] = WsktRuleNumber_WskBuf001, [OpHitData] = WsktRuleNumber_WskBuf002};
    if (Hit->Proved && (Hit->What != OpHitData || Hit->NonPaged))
        FindingRaise(Site, Hit->OpId, Rules[Hit->What], Block, Hit->Irp);
}

_Use_decl_annotations_
VOID
FindingAbandon(const CALL_SITE *Site, PIRP Irp)
{
    OP_HIT Hit;
    if (OpAbandon(Irp, &Hit) && Hit.Proved)
        FindingRaise(Site, Hit.OpId, WsktRuleNumber_WskIrp005, VALUE_OF(Irp), VALUE_OF(Irp));
}
