package org.wsktrace.decode.inventory;

import org.wsktrace.etl.layout.ExtendedItem;

/** What evntcons.h calls the types of extended items, without EVENT_HEADER_EXT_TYPE_. */
final class ItemNames {
  private ItemNames() {}

  static String of(int type) {
    return switch (type) {
      case ExtendedItem.RELATED_ACTIVITY_ID -> "RELATED_ACTIVITYID";
      case ExtendedItem.SID -> "SID";
      case ExtendedItem.SESSION_ID -> "TS_ID";
      case ExtendedItem.INSTANCE_INFO -> "INSTANCE_INFO";
      case ExtendedItem.STACK_32 -> "STACK_TRACE32";
      case ExtendedItem.STACK_64 -> "STACK_TRACE64";
      case ExtendedItem.PEBS_INDEX -> "PEBS_INDEX";
      case ExtendedItem.COUNTERS -> "PMC_COUNTERS";
      case ExtendedItem.PSM_KEY -> "PSM_KEY";
      case ExtendedItem.EVENT_KEY -> "EVENT_KEY";
      case ExtendedItem.EVENT_SCHEMA -> "EVENT_SCHEMA_TL";
      case ExtendedItem.PROVIDER_TRAITS -> "PROV_TRAITS";
      case ExtendedItem.PROCESS_START_KEY -> "PROCESS_START_KEY";
      case ExtendedItem.CONTROL_GUID -> "CONTROL_GUID";
      case ExtendedItem.QPC_DELTA -> "QPC_DELTA";
      case ExtendedItem.CONTAINER_ID -> "CONTAINER_ID";
      case ExtendedItem.STACK_KEY_32 -> "STACK_KEY32";
      case ExtendedItem.STACK_KEY_64 -> "STACK_KEY64";
      default -> Integer.toString(type);
    };
  }
}
