#include "faults.h"

TRACE Trace;
PWSK_SOCKET Socket;

NTSTATUS Send(PWSK_SOCKET On, RAW_CALL *Call, RAW_BUFFER *Buffer)
{
    return CALLS(On, CONNECTION)->WskSend(On, &Buffer->Buffer, 0, RawReady(Call));
}

PWSK_SOCKET Connection(void)
{
    return RawSocket(WSK_FLAG_CONNECTION_SOCKET, NULL, NULL);
}

void Start(void)
{
    RawStart(0);
    Socket = Connection();
}

void End(void)
{
    RawClose(Socket);
    RawEnd(&Trace);
    TraceCheckComplete(&Trace);
}

UINT64 SendOp(ULONG Nth)
{
    for (const EVENT *E = Trace.Events; E < Trace.Events + Trace.Count; E++)
        if (E->Id == WSKT_SEND_ENTER_ID && Nth-- == 0)
            return E->Header->OpId;
    TestFailed(__FILE__, __LINE__, "there are not so many sends");
}

UINT64 CompletedAt(UINT64 OpId)
{
    return SEQ(TraceOf(&Trace, WSKT_OP_COMPLETE_ID, OpId));
}
