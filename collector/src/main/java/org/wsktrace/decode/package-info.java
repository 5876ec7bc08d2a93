/**
 * Says what the events of a trace mean: which provider logged them, what they are called, and what
 * their payloads say, field by field. The bytes come from {@link org.wsktrace.etl}.
 *
 * {@snippet lang=java :
 * Schemas schemas = new Schemas();
 * EventDecoder decoder = new EventDecoder(schemas);
 * try (EtlFile file = EtlFile.open(path)) {
 *   file.read(schemas::learn);
 *   file.read(event -> System.out.println(decoder.decode(event)));
 * }
 * }
 *
 * <p><b>Schema.</b> A payload is bytes that only a description makes sense of. It comes from the
 * event itself ({@link org.wsktrace.decode.tracelogging}), from events that were put into the file
 * when it was merged ({@link org.wsktrace.decode.eventinfo}), from manifests that .NET programs log
 * or that the caller gives ({@link org.wsktrace.decode.manifest}), or is built in: the kernel's
 * classic events. All become one model, {@link org.wsktrace.decode.schema}. Descriptions may stand
 * behind what they describe, so a file is read twice.
 *
 * <p><b>Value.</b> A decoded event owns all it has: {@link org.wsktrace.decode.Value} is what a
 * field says, as a number, text, time, address and so on, with the name that the provider gave to a
 * number where it did.
 *
 * <p><b>What is not known.</b> An event that nothing describes stays, as {@link
 * org.wsktrace.decode.Origin#UNKNOWN}. Where a payload is not as it is described, what could be
 * read stays and {@link org.wsktrace.decode.DecodedEvent#leftover} counts the rest. Neither
 * descriptions nor payloads are trusted: nothing they say makes decoding throw, hang or use memory
 * without bound.
 *
 * <p>Must not know WSK, and of providers but the kernel only what they are called.
 */
@NullMarked
package org.wsktrace.decode;

import org.jspecify.annotations.NullMarked;
