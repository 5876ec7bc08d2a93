package org.wsktrace.event;

import java.util.List;

/**
 * The layout of one event's payload.
 *
 * @param fixedSize bytes before a text or counted structs
 * @param header the fields that all events begin with
 * @param fields the fields of this event
 */
public record EventLayout(
    int id,
    int version,
    String name,
    int fixedSize,
    List<FieldLayout> header,
    List<FieldLayout> fields) {}
