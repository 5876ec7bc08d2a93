package org.wsktrace.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferWalkTest {
  /** MDLs of 10, 20 and 30 bytes at 100, 200 and 300. */
  private static final String MDLS =
      "mdlSnap{ptr=0xd0 startVa=100 byteCount=10} mdlSnap{ptr=0xd8 startVa=200 byteCount=20}"
          + " mdlSnap{ptr=0xe0 startVa=300 byteCount=30}";

  @ParameterizedTest
  @CsvSource({
    "0, 60, '100+10 200+20 300+30'",
    "0, 10, '100+10 200+0 300+0'",
    "4, 10, '104+6 200+4 300+0'",
    "0, 100, '100+10 200+20 300+30'",
    "0, 0, '100+0 200+0 300+0'",
    "12, 5, '112+0 202+5 300+0'",
    "0, 0xffffffffffffffff, '100+10 200+20 300+30'",
  })
  void takesLengthBytesFromOffsetOn(int offset, String length, String taken) throws Exception {
    String send =
        "op:1 SendEnter verb=WskSend irpSnap{ptr=0xb0 completion=0x1f00} offset=%d length=%s %s%n"
            .formatted(offset, length, MDLS);
    LiveOperation operation = TrackedText.tracks(send, new ArrayList<>()).operations().living(1);

    assertThat(operation).isNotNull();
    List<LiveOperation.Part> parts = operation.parts();
    assertThat(
            parts.stream()
                .map(part -> part.start() + "+" + part.size())
                .collect(Collectors.joining(" ")))
        .isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({"0, 45, '100+10 200+20 300+15'", "5, 20, '105+5 200+15 300+0'"})
  void goesOnInTheEventsBehindTheEnter(int offset, int length, String taken) throws Exception {
    List<String> mdls = List.of(MDLS.split("(?<=}) "));
    String lines =
        "op:1 SendEnter verb=WskSend irpSnap{ptr=0xb0 completion=0x1f00} offset=%d length=%d %s%n"
                .formatted(offset, length, mdls.get(0))
            + "op:1 OpMdlMore firstIndex=1 %s %s%n".formatted(mdls.get(1), mdls.get(2));
    LiveOperation operation = TrackedText.tracks(lines, new ArrayList<>()).operations().living(1);

    assertThat(operation).isNotNull();
    assertThat(
            operation.parts().stream()
                .map(part -> part.start() + "+" + part.size())
                .collect(Collectors.joining(" ")))
        .isEqualTo(taken);
  }
}
