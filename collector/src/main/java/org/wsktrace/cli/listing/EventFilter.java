package org.wsktrace.cli.listing;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wsktrace.decode.DecodedEvent;
import org.wsktrace.etl.EventRecord;

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

  /** A provider, by one of the two. */
  public record Provider(@Nullable UUID guid, String name) {
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
      return guid == null || event.isFrom(guid);
    }

    private boolean is(DecodedEvent decoded) {
      return guid != null || name.equalsIgnoreCase(decoded.provider());
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
