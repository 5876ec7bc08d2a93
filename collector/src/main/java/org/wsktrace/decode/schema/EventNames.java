package org.wsktrace.decode.schema;

import org.jspecify.annotations.Nullable;

/** What events without a name of their own are called. */
public final class EventNames {
  private EventNames() {}

  /**
   * The name of the event where it has one; otherwise "Task/Opcode", without an opcode that is 0
   * (info) or has no name; otherwise the symbol.
   *
   * @param name of the event, or empty
   * @param task name of its task, or empty
   * @param opcode its number: the names of winmeta.xml are used, which are the same in all
   *     languages
   * @param opcodeName of an opcode of the provider's own, or empty
   * @param symbol of the event, or empty
   */
  public static String eventName(
      String name, String task, int opcode, String opcodeName, String symbol) {
    if (!name.isEmpty()) {
      return name;
    }
    if (task.isEmpty()) {
      return symbol;
    }
    String standard = standard(opcode);
    String second = standard == null ? opcodeName : standard;
    return second.isEmpty() ? task : task + "/" + second;
  }

  private static @Nullable String standard(int opcode) {
    return switch (opcode) {
      case 0 -> "";
      case 1 -> "Start";
      case 2 -> "Stop";
      case 3 -> "DCStart";
      case 4 -> "DCStop";
      case 5 -> "Extension";
      case 6 -> "Reply";
      case 7 -> "Resume";
      case 8 -> "Suspend";
      case 9 -> "Send";
      case 240 -> "Receive";
      default -> null;
    };
  }
}
