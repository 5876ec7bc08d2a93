package org.wsktrace.cli.listing;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.decode.kernel.KernelGroup;
import org.wsktrace.etl.record.EventRecord;

/**
 * Which events are listed. Of each kind of condition one must hold, if there is any.
 *
 * @param providers who logged it
 * @param kinds what it is
 * @param from no event before it, or null
 * @param to only events before it, or null
 */
public record EventFilter(
    List<Provider> providers,
    List<Kind> kinds,
    @Nullable TracePoint from,
    @Nullable TracePoint to) {

  /** Copies the lists. */
  public EventFilter {
    providers = List.copyOf(providers);
    kinds = List.copyOf(kinds);
  }

  /**
   * A provider, by one of the two.
   *
   * @param name as {@code wsktrace info} has it, so of a group of the kernel "kernel:Image"
   */
  public record Provider(@Nullable UUID guid, String name) {
    private static final String GROUP = "kernel:";
    private static final Pattern GUID =
        Pattern.compile("\\{?(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})}?");

    /** What looks like a GUID is one. */
    public static Provider parse(String text) {
      var guid = GUID.matcher(text);
      return guid.matches() ? new Provider(UUID.fromString(guid.group(1)), "") : named(text);
    }

    private static Provider named(String name) {
      if (name.isBlank()) {
        throw new IllegalArgumentException("a provider has a name or a GUID");
      }
      return new Provider(null, name);
    }

    private boolean mayBe(EventRecord event) {
      if (guid != null) {
        return event.isFrom(guid);
      }
      return !isGroup()
          || (event.group() >= 0
              && name.substring(GROUP.length()).equalsIgnoreCase(KernelGroup.name(event.group())));
    }

    private boolean is(DecodedEvent decoded) {
      return guid != null || isGroup() || isNameOf(decoded.provider(), decoded.event());
    }

    private boolean isGroup() {
      return name.regionMatches(true, 0, GROUP, 0, GROUP.length());
    }

    /** The provider, or the provider and a class of its events: "Windows Kernel/Process". */
    private boolean isNameOf(String provider, String event) {
      int length = provider.length();
      if (!name.regionMatches(true, 0, provider, 0, length)) {
        return false;
      }
      if (name.length() == length) {
        return true;
      }
      int rest = name.length() - length - 1;
      return name.charAt(length) == '/'
          && name.regionMatches(true, length + 1, event, 0, rest)
          && (event.length() == rest || event.charAt(rest) == '/');
    }
  }

  /**
   * A kind of event, by one of the two.
   *
   * @param number the id, of a classic event the opcode; -1 where it is by name
   */
  public record Kind(int number, String name) {
    private static final int MAX = 0xFFFF;

    /** What begins with a digit is a number, in hex behind 0x. */
    public static Kind parse(String text) {
      if (text.isBlank()) {
        throw new IllegalArgumentException("an event has an id or a name");
      }
      if (!Character.isDigit(text.charAt(0))) {
        return new Kind(-1, text);
      }
      try {
        int number = Integer.decode(decimal(text.toLowerCase(Locale.ROOT)));
        if (number <= MAX) {
          return new Kind(number, "");
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
      throw new IllegalArgumentException(
          "'%s' is no event id: give 0 to 65535, in hex 0x0 to 0xffff".formatted(text));
    }

    /** Integer.decode would take 010 for octal. */
    private static String decimal(String text) {
      return text.startsWith("0x") ? text : text.replaceFirst("^0+(?=.)", "");
    }

    private boolean mayBe(EventRecord event) {
      return number < 0 || number == numberOf(event);
    }

    private static int numberOf(EventRecord event) {
      return switch (event.headerType()) {
        case FULL32, FULL64, INSTANCE32, INSTANCE64 -> event.opcode();
        default -> event.id();
      };
    }

    private boolean is(DecodedEvent decoded) {
      return number >= 0 || name.equalsIgnoreCase(decoded.event());
    }
  }

  /** Whether the event may pass, as far as that can be told before it is decoded. */
  public boolean mayPass(EventRecord event) {
    if ((from != null && !from.reached(event)) || (to != null && to.reached(event))) {
      return false;
    }
    // No streams: this is asked for every event of a file.
    boolean provider = providers.isEmpty();
    for (int i = 0; i < providers.size() && !provider; i++) {
      provider = providers.get(i).mayBe(event);
    }
    boolean kind = kinds.isEmpty();
    for (int i = 0; i < kinds.size() && !kind; i++) {
      kind = kinds.get(i).mayBe(event);
    }
    return provider && kind;
  }

  /** Whether an event that may pass does. */
  public boolean passes(EventRecord event, DecodedEvent decoded) {
    boolean provider = providers.isEmpty();
    for (int i = 0; i < providers.size() && !provider; i++) {
      provider = providers.get(i).mayBe(event) && providers.get(i).is(decoded);
    }
    boolean kind = kinds.isEmpty();
    for (int i = 0; i < kinds.size() && !kind; i++) {
      kind = kinds.get(i).mayBe(event) && kinds.get(i).is(decoded);
    }
    return provider && kind;
  }
}
