package org.wsktrace.event.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read of callbacks and indications. */
class EventSentenceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kind=WskAcceptEvent socket=0x1 acceptSocket=0x2   | WskAcceptEvent called on socket 0x1 with new socket 0x2
          kind=WskAcceptEvent socket=0x1                    | WskAcceptEvent called on socket 0x1: the listener is dead
          kind=WskReceiveEvent socket=0x1 dataIndication=0x3 | WskReceiveEvent called on socket 0x1 with indication 0x3
          kind=WskReceiveFromEvent                          | WskReceiveFromEvent called: the socket is dead
          kind=WskInspectEvent inspectKey=0x4 inspectSerial=5 | WskInspectEvent called for request 0x4:5
          kind=WskSendBacklogEvent backlogSize=4096         | WskSendBacklogEvent called: 4096 bytes ideal
          kind=WskDisconnectEvent socket=0x1                | WskDisconnectEvent called on socket 0x1
          """)
  void aCallbackSaysWhatItBrings(String fields, String sentence) throws Exception {
    assertThat(sentenceOf("CallbackEnter " + fields)).isEqualTo(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kind=WskReceiveEvent status=STATUS_SUCCESS bytesAccepted=7 | WskReceiveEvent returned STATUS_SUCCESS, 7 bytes accepted
          kind=WskInspectEvent status=2                              | WskInspectEvent returned WskInspectPend
          kind=WskAcceptEvent status=STATUS_REQUEST_NOT_ACCEPTED     | WskAcceptEvent returned STATUS_REQUEST_NOT_ACCEPTED
          """)
  void itsReturnSaysWhatTheClientAnswered(String fields, String sentence) throws Exception {
    assertThat(sentenceOf("CallbackExit " + fields)).isEqualTo(sentence);
  }

  @Test
  void indicationsReleasesAndWaits() throws Exception {
    assertThat(sentenceOf("IndicationElem socket=0x1 element=0x2 length=3 mdlHead=0x4"))
        .isEqualTo("indication 0x2 of 3 bytes on socket 0x1, MDL 0x4");
    assertThat(sentenceOf("ReleaseExit status=STATUS_SUCCESS"))
        .isEqualTo("WskRelease returned STATUS_SUCCESS");
    assertThat(sentenceOf("WaitEnter kind=KeWaitForSingleObject waitObject{object=0x6}"))
        .isEqualTo("KeWaitForSingleObject on 0x6, without end");
    assertThat(sentenceOf("AddrInfoFree addrInfo=0x5")).isEqualTo("WskFreeAddressInfo of 0x5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kind=Hold value=200 status=STATUS_SUCCESS      | capture driver holds the completion of WskSend with STATUS_SUCCESS for 200 ms
          kind=Reorder value=3 status=STATUS_CANCELLED   | capture driver holds the completion of WskSend with STATUS_CANCELLED until 3 others were delivered
          kind=Fail value=100 status=STATUS_IO_TIMEOUT   | capture driver fails WskSend with STATUS_IO_TIMEOUT, call 100
          kind=Follow value=7 status=STATUS_SUCCESS      | capture driver holds the completion of WskSend with STATUS_SUCCESS behind that of operation 7
          kind=LetGo                                     | capture driver drops the held completion of WskSend
          """)
  void anInjectedFaultSaysWhoDidIt(String fields, String sentence) throws Exception {
    assertThat(sentenceOf("FaultInjected verb=WskSend " + fields)).isEqualTo(sentence);
  }

  private static String sentenceOf(String line) throws Exception {
    var entry = new TextTraceReader(new StringReader("wtrace 1\n" + line + "\n")).next();
    assertThat(entry).isNotNull();
    return EventSentence.of(entry.event().event());
  }
}
