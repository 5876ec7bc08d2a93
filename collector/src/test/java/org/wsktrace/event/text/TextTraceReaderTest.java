package org.wsktrace.event.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wsktrace.event.NtStatus;
import org.wsktrace.event.TimedEvent;
import org.wsktrace.event.Verb;
import org.wsktrace.event.WskEvent;

class TextTraceReaderTest {
  @Test
  void aLineReadsLikeTheContract() throws Exception {
    TimedEvent timed =
        read("""
                wtrace 1
                17 12.5us cpu1 tid:76 pid:4 client:1 rva:0x1a2b op:3 SendEnter verb=WskSend socket=0x50 \
                irpSnap{ptr=0x10 stackCount=1} length=4096 remoteAddress=127.0.0.1:80 \
                mdlSnap{ptr=0x20 startVa=0x9000 byteCount=4096} mdlSnap{ptr=0x28}  # two MDLs
                """)
            .getFirst();

    assertThat(timed.nanos()).isEqualTo(12_500);
    var send = (WskEvent.SendEnter) timed.event();
    assertThat(send.seq()).isEqualTo(17);
    assertThat(send.header().qpc()).isEqualTo(125);
    assertThat(send.header().cpu()).isEqualTo(1);
    assertThat(send.header().callerRva()).isEqualTo(0x1a2b);
    assertThat(send.verb()).isEqualTo(Verb.WSK_SEND);
    assertThat(send.irpSnap().ptr()).isEqualTo(0x10);
    assertThat(send.remoteAddress()).hasToString("127.0.0.1:80");
    assertThat(send.mdlCount()).isEqualTo(2);
    assertThat(send.mdlSnaps().getFirst().startVa()).isEqualTo(0x9000);
  }

  @Test
  void whatIsLeftOutFollowsFromTheLineBefore() throws Exception {
    List<TimedEvent> events =
        read(
            """
            wtrace 1
            defaults client:1 tid:76

            IrpFree irp=0x10
            5 3ms tid:80 IrpFree irp=0x10
            OpExit status=STATUS_PENDING
            """);

    assertThat(events).extracting(TimedEvent::seq).containsExactly(1L, 5L, 6L);
    assertThat(events)
        .extracting(TimedEvent::nanos)
        .containsExactly(1_000L, 3_000_000L, 3_001_000L);
    assertThat(events).extracting(e -> e.event().header().tid()).containsExactly(76L, 80L, 76L);
    assertThat(events).extracting(e -> e.event().header().client()).containsOnly(1);
    assertThat(((WskEvent.OpExit) events.get(2).event()).status()).isEqualTo(NtStatus.PENDING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SendExit                        | there is no event 'SendExit'; expected a sequence number",
        "IrpFree ptr=0x10                | IrpFree has no field 'ptr'; its fields are irp",
        "IrpFree irp                     | irp needs a value; write irp=...",
        "IrpFree irp=                    | irp= is no value; expected a number from 0 to 18446744073709551615",
        "IrpFree irp=1 irp=2             | IrpFree has the field irp twice; write it once",
        "IrpReuse status=STATUS_LATER    | status=STATUS_LATER is no value; expected a status such as",
        "OpExit verb=WskSond             | verb=WskSond is no value; expected WskSocket, WskSocketConnect",
        "OpExit verb=256                 | verb=256 is no value",
        "MdlFree mdlFlags=0x10000        | mdlFlags=0x10000 is no value; expected a number from 0 to 65535",
        "SendEnter irpSnap=0x10          | irpSnap of SendEnter is a struct; write irpSnap{field=value ...}",
        "SendEnter irpSnap{ptr=1         | irpSnap{ has no end; write a } behind its fields",
        "SendEnter irpSnap{sise=1}       | irpSnap has no field 'sise'; its fields are ptr, thread",
        "SendEnter mdlCount=2 mdlSnap{}  | mdlCount says 2 and 1 mdlSnap{...} follow",
        "SendEnter remoteAddress=1.2.3.4 | remoteAddress=1.2.3.4 is no value; expected an address such as",
        "DriverLoad name=\"a.sys         | a text has no end; write a \" behind it",
        "DriverLoad name=\"\\n\"         | in a text, write \\\\ for a backslash",
        "tid:70000000000 IrpFree         | tid:70000000000: expected a number from 0 to 4294967295",
        "tid:1 tid:1 IrpFree             | tid is given twice; write it once",
        "thread:1 IrpFree                | 'thread:1' means nothing here; expected a sequence number, a time",
        "1 2                             | seq is given twice",
        "17 3us                          | the name of an event is missing, such as SendEnter",
        "qpcFrequency 0                  | expected 'qpcFrequency N' with ticks in a second, 1 to 1000000000",
        "defaults IrpFree                | 'IrpFree' can't be a default; write header fields such as tid:76",
      })
  void aLineWithoutMeaningSaysWhatToWrite(String line, String problem) {
    assertThatThrownBy(() -> read("wtrace 1\n# first\n" + line + "\n"))
        .isInstanceOf(TextTraceException.class)
        .hasMessageStartingWith("line 3: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''       | line 1: the file is empty; write 'wtrace 1' and one event a line",
        "MZ       | line 1: this is no text trace; its first line has to be 'wtrace 1'",
        "wtrace   | line 1: this is no text trace; its first line has to be 'wtrace 1'",
        "wtrace 2 | line 1: this is version 2 of the format and version 1 can be read; use a newer wsktrace",
      })
  void anotherFileIsRefused(String text, String problem) {
    assertThatThrownBy(() -> read(text)).hasMessage(problem);
  }

  @Test
  void aLineWithoutEndIsNotKept() {
    assertThatThrownBy(() -> read("wtrace 1\n" + "x".repeat(TextTraceReader.MAX_LINE + 1)))
        .hasMessage("line 2: longer than 262144 characters: this is no text trace");
  }

  private static List<TimedEvent> read(String text) throws IOException, TextTraceException {
    var reader = new TextTraceReader(new StringReader(text));
    var events = new ArrayList<TimedEvent>();
    for (var entry = reader.next(); entry != null; entry = reader.next()) {
      events.add(entry.event());
    }
    return events;
  }
}
