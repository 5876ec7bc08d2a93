package org.wsktrace.decode.inventory;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wsktrace.etl.record.HeaderType;

/**
 * What is in a trace.
 *
 * @param events all of them; the sum of headerTypes
 * @param headerTypes events by header, without those that have none
 * @param items extended items by type, in the order of the types
 * @param first time of the first event, that which describes the trace left out; null where there
 *     is no other
 * @param last time of the last event
 * @param providers events by provider, class or message GUID, most first
 * @param otherProviderEvents events of providers beyond {@link TraceInventory#MAX_PROVIDERS}
 * @param groups events of the kernel by group, in the order of the groups
 * @param modules loads of images, in the order in which the trace tells of them
 * @param otherModules events that told of a load for which there was no room
 * @param processes in the order in which the trace tells of them
 * @param otherProcesses events that told of a process for which there was no room
 * @param buildLab of Windows, such as "9200.16384.amd64fre.win8_rtm.120725-1247"; empty where the
 *     trace does not say it
 */
public record Inventory(
    long events,
    Map<HeaderType, Long> headerTypes,
    List<ItemCount> items,
    @Nullable Instant first,
    @Nullable Instant last,
    List<ProviderCount> providers,
    long otherProviderEvents,
    List<GroupCount> groups,
    List<LoadedModule> modules,
    long otherModules,
    List<TracedProcess> processes,
    long otherProcesses,
    String buildLab) {

  /** Keeps read-only copies. */
  public Inventory {
    EnumMap<HeaderType, Long> types = new EnumMap<>(HeaderType.class);
    types.putAll(headerTypes);
    headerTypes = Collections.unmodifiableMap(types);
    items = List.copyOf(items);
    providers = List.copyOf(providers);
    groups = List.copyOf(groups);
    modules = List.copyOf(modules);
    processes = List.copyOf(processes);
  }

  /**
   * Extended items of one type.
   *
   * @param type a constant of {@link org.wsktrace.etl.layout.ExtendedItem} or another, 0 to 65535
   * @param name such as "STACK_TRACE64", or the number in decimal
   */
  public record ItemCount(int type, String name, long count) {}

  /**
   * Events of one provider.
   *
   * @param guid of the provider, of classic events the class, of WPP messages the message GUID; all
   *     zero for messages without one
   * @param name as far as the trace or this program knows it, or empty
   */
  public record ProviderCount(UUID guid, String name, long events) {}

  /**
   * Events of one group of the kernel.
   *
   * @param group 0 to 255; 0 is ETW itself
   * @param name such as "Process", or the number in hex
   */
  public record GroupCount(int group, String name, long events) {}
}
