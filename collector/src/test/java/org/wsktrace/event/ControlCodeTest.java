package org.wsktrace.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wsktrace.event.ControlCode.Kind;
import org.wsktrace.event.WskEvent.OpEnter;
import org.wsktrace.event.text.TextTraceReader;

class ControlCodeTest {
  /** Bits 29..31 of an ioctl are the direction: what it takes, what it gives, or nothing. */
  @ParameterizedTest
  @EnumSource
  void theNamesOfIoctlsSayTheirDirection(ControlCode code) {
    if (code.kind() != Kind.IOCTL) {
      return;
    }
    long direction = code.code() >>> 29;
    String name = code.name();
    assertThat(direction)
        .isEqualTo(
            name.contains("SET_TCP_SILENT") || name.endsWith("CHANGE")
                ? 1
                : name.contains("SET_") ? 4 : name.contains("QUERY") ? 2 : 6);
  }

  @Test
  void oneNumberMeansDifferentThingsOnDifferentLevels() throws Exception {
    String call = "verb=WskControlSocket requestType=%d controlCode=%s controlLevel=%s";

    assertThat(ControlCode.of(enter(call.formatted(0, "1", "6"))))
        .isEqualTo(ControlCode.TCP_NODELAY);
    assertThat(ControlCode.of(enter(call.formatted(0, "1", "0xffff")))).isNull();
    assertThat(ControlCode.of(enter(call.formatted(2, "0x8f000001", "0"))))
        .isEqualTo(ControlCode.SIO_WSK_SET_REMOTE_ADDRESS);
    assertThat(ControlCode.of(enter("verb=WskControlClient controlCode=7")))
        .isEqualTo(ControlCode.WSK_SET_STATIC_EVENT_CALLBACKS);
    assertThat(ControlCode.of(enter("verb=WskBind controlCode=7"))).isNull();
  }

  @Test
  void anOptionThatIsReadIsNotSet() throws Exception {
    String call = "verb=WskControlSocket requestType=%d controlCode=0x3002 controlLevel=0xffff";

    assertThat(ControlCode.SO_CONDITIONAL_ACCEPT.isSetBy(enter(call.formatted(0)))).isTrue();
    assertThat(ControlCode.SO_CONDITIONAL_ACCEPT.isSetBy(enter(call.formatted(1)))).isFalse();
  }

  @Test
  void theMaskStandsBehindAPointer() throws Exception {
    assertThat(EventMask.of(enable(16, "1122334455667788c0000080")))
        .isEqualTo(EventMask.RECEIVE | EventMask.DISCONNECT | EventMask.DISABLE);
    assertThat(EventMask.of(enable(8, "1122334400020000"))).isEqualTo(EventMask.ACCEPT);
    assertThat(EventMask.of(enable(4, "00020000"))).isEqualTo(EventMask.UNKNOWN);
  }

  @Test
  void disablingLeavesTheOthersOn() {
    long on = EventMask.after(0, EventMask.RECEIVE | EventMask.DISCONNECT);

    assertThat(EventMask.after(on, EventMask.RECEIVE | EventMask.DISABLE))
        .isEqualTo(EventMask.DISCONNECT);
  }

  private static OpEnter enable(int size, String input) throws Exception {
    return enter(
        "verb=WskControlSocket controlCode=0x4002 controlLevel=0xffff inputBuffer=0xc0 inputSize=%d input=%s%s"
            .formatted(size, input, "0".repeat(64 - input.length())));
  }

  private static OpEnter enter(String fields) throws Exception {
    var reader = new TextTraceReader(new StringReader("wtrace 1\nOpEnter " + fields));
    return (OpEnter) reader.next().event().event();
  }
}
